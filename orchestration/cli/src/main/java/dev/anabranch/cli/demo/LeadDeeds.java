package dev.anabranch.cli.demo;

import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.cli.send.SentListener;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What leads really did, from the sender's side: when each acted and when it bought. Thread-safe.
 */
final class LeadDeeds implements SentListener {

  private final Map<String, TreeSet<Instant>> purchases = new HashMap<>();
  private final Map<String, List<Instant>> acts = new HashMap<>();
  private Instant end = Instant.MIN;

  @Override
  public void sent(Outgoing record, int partition, long offset) {
    if (record.distinct()) {
      record.event().ifPresent(this::add);
    }
  }

  synchronized void add(Event event) {
    Instant at = Instant.EPOCH.plus(event.eventTimeMicros(), ChronoUnit.MICROS);
    acts.computeIfAbsent(event.leadId(), id -> new ArrayList<>()).add(at);
    if (event.type() == EventType.PURCHASE) {
      purchases.computeIfAbsent(event.leadId(), id -> new TreeSet<>()).add(at);
    }
    if (at.isAfter(end)) {
      end = at;
    }
  }

  /** The newest event's time. */
  synchronized Instant end() {
    return end;
  }

  /** How long after an instant a lead bought, where it did within a horizon. */
  synchronized Optional<Duration> boughtAfter(String leadId, Instant asOf, Duration horizon) {
    return Optional.ofNullable(purchases.get(leadId))
        .map(times -> times.higher(asOf))
        .map(next -> Duration.between(asOf, next))
        .filter(wait -> wait.compareTo(horizon) <= 0);
  }

  /**
   * The share of acts after which a lead bought within a horizon: what a guess at random attains.
   *
   * @param from of acts, inclusive
   * @param until of acts, inclusive
   * @return 0 where there are no acts
   */
  synchronized double baseRate(Instant from, Instant until, Duration horizon) {
    long all = 0;
    long led = 0;
    for (Map.Entry<String, List<Instant>> lead : acts.entrySet()) {
      for (Instant at : lead.getValue()) {
        if (!at.isBefore(from) && !at.isAfter(until)) {
          all++;
          led += boughtAfter(lead.getKey(), at, horizon).isPresent() ? 1 : 0;
        }
      }
    }
    return all == 0 ? 0 : (double) led / all;
  }
}
