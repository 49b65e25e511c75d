package dev.anabranch.cli.demo;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.cli.send.SentListener;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.ledger.LedgerEntry;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What was sent, summed up from the sender's side, whatever the platform says. Thread-safe. */
public final class Truth implements SentListener {

  private final Set<String> leads = new HashSet<>();
  private final Map<Integer, Long> untilOffsets = new TreeMap<>();
  private long records;
  private long events;
  private long late;
  private long duplicates;
  private long malformed;
  private long revenueCents;

  /**
   * Begins with what a ledger holds from before; a ledger that is not there holds nothing.
   *
   * @throws CommandFailure the file is no ledger
   */
  public static Truth read(Path ledger) throws IOException {
    Truth truth = new Truth();
    if (!Files.exists(ledger)) {
      return truth;
    }
    EventValidator validator = new EventValidator();
    try (BufferedReader lines = Files.newBufferedReader(ledger)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        LedgerEntry entry = LedgerEntry.parse(line, validator);
        truth.add(entry.kind(), entry.event(), entry.partition(), entry.offset());
      }
    } catch (IllegalArgumentException e) {
      throw CommandFailure.failed(
          "%s is not the ledger of a demo (%s); move it away, or give another folder with --data."
              .formatted(ledger, e.getMessage()),
          e);
    }
    return truth;
  }

  @Override
  public void sent(Outgoing record, int partition, long offset) {
    add(record.kind(), record.event(), partition, offset);
  }

  private synchronized void add(
      LedgerEntry.Kind kind, Optional<Event> event, int partition, long offset) {
    records++;
    untilOffsets.merge(partition, offset + 1, Math::max);
    switch (kind) {
      case EVENT -> count(event.orElseThrow());
      case LATE -> {
        late++;
        count(event.orElseThrow());
      }
      case DUPLICATE -> duplicates++;
      case MALFORMED -> malformed++;
    }
  }

  private void count(Event event) {
    events++;
    leads.add(event.leadId());
    if (event.type() == EventType.PURCHASE) {
      revenueCents = Math.addExact(revenueCents, event.amountCents());
    }
  }

  /** The truth: each event once. */
  public synchronized Totals totals() {
    return new Totals(events, BigDecimal.valueOf(revenueCents, 2), leads.size());
  }

  /** How many records of which kind were sent. */
  public synchronized Sent sent() {
    return new Sent(records, late, duplicates, malformed);
  }

  /** One past the last offset sent to each partition that has a record. */
  public synchronized Map<Integer, Long> untilOffsets() {
    return new TreeMap<>(untilOffsets);
  }

  /**
   * Numbers of records.
   *
   * @param records all of them
   */
  public record Sent(long records, long late, long duplicates, long malformed) {}
}
