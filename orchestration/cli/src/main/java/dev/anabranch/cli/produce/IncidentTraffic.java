package dev.anabranch.cli.produce;

import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Traffic with incidents in it. Events that have no part in one are the same as without, and in the
 * same order. Of one thread.
 */
final class IncidentTraffic implements Iterator<Outgoing> {
  /** A burst makes so many of each event. */
  private static final int BURST = 5;

  /** A fraudulent lead buys so often a minute. */
  private static final long PURCHASES_A_MINUTE = 120;

  private static final long MICROS_APART = 60_000_000 / PURCHASES_A_MINUTE;
  private static final long CENTS = 49_900;

  private final Iterator<Outgoing> traffic;
  private final List<Incident> incidents;
  private final Map<Incident, Long> purchases = new HashMap<>();
  private final ArrayDeque<Outgoing> ready = new ArrayDeque<>();
  private int steps;

  IncidentTraffic(Iterator<Outgoing> traffic, List<Incident> incidents) {
    this.traffic = traffic;
    this.incidents = List.copyOf(incidents);
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && traffic.hasNext()) {
      readyNext(traffic.next());
    }
    return !ready.isEmpty();
  }

  @Override
  public Outgoing next() {
    if (!hasNext()) {
      throw new NoSuchElementException("All events were taken");
    }
    return ready.remove();
  }

  private void readyNext(Outgoing record) {
    steps += record.steps();
    if (record.event().isPresent() && isLeftOut(record.event().get())) {
      return;
    }
    ready.add(record.after(steps));
    steps = 0;
    if (record.kind() == Kind.EVENT) {
      Event event = record.event().orElseThrow();
      for (Incident incident : incidents) {
        switch (incident.kind()) {
          case DROP -> {}
          case BURST -> burst(incident, event);
          case FRAUD -> fraud(incident, event);
        }
      }
    }
  }

  private boolean isLeftOut(Event event) {
    return incidents.stream()
        .anyMatch(incident -> incident.kind() == Incident.Kind.DROP && incident.concerns(event));
  }

  private void burst(Incident incident, Event event) {
    if (!incident.concerns(event)) {
      return;
    }
    for (int i = 1; i < BURST; i++) {
      String suffix = "-b" + i;
      extra(
          new Event(
              event.eventId() + suffix,
              event.leadId() + suffix,
              event.type(),
              event.channel(),
              event.page(),
              event.amountCents(),
              event.eventTimeMicros()));
    }
  }

  /** Purchases that are due by the time of an ordinary event. */
  private void fraud(Incident incident, Event event) {
    if (!incident.holds(event.eventTimeMicros())) {
      return;
    }
    long begin = incident.from().getEpochSecond() * 1_000_000;
    long due = (event.eventTimeMicros() - begin) / MICROS_APART + 1;
    String lead = incident.lead().orElseThrow();
    for (long n = purchases.getOrDefault(incident, 0L); n < due; n++) {
      extra(
          new Event(
              "%s-%s-%d".formatted(event.eventId().substring(0, 14), lead, n),
              lead,
              EventType.PURCHASE,
              "direct",
              Optional.empty(),
              CENTS,
              begin + n * MICROS_APART));
    }
    purchases.merge(incident, due, Math::max);
  }

  private void extra(Event event) {
    ready.add(Outgoing.of(Kind.EVENT, event).after(0));
  }
}
