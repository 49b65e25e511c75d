package dev.anabranch.cli.send;

import dev.anabranch.lakehouse.event.Reason;
import java.util.EnumMap;
import java.util.Map;

/** Counts of records that the broker has. Of one thread until the sender is done. */
public final class SendCounts implements SentListener {

  private long distinct;
  private long late;
  private long duplicates;
  private final Map<Reason, Long> malformed = new EnumMap<>(Reason.class);

  @Override
  public void sent(Outgoing record, int partition, long offset) {
    switch (record.kind()) {
      case EVENT -> distinct++;
      case LATE -> {
        distinct++;
        late++;
      }
      case DUPLICATE -> duplicates++;
      case MALFORMED -> malformed.merge(record.reason().orElseThrow(), 1L, Long::sum);
    }
  }

  /** All records. */
  public long sent() {
    return distinct + duplicates + malformed();
  }

  /** Distinct events, late ones among them. */
  public long events() {
    return distinct;
  }

  /** Late events. */
  public long late() {
    return late;
  }

  /** Copies of events. */
  public long duplicates() {
    return duplicates;
  }

  /** Records that the platform must refuse. */
  public long malformed() {
    return malformed.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The same by reason, in the contract's order; reasons without records are left out. */
  public Map<Reason, Long> malformedByReason() {
    return new EnumMap<>(malformed);
  }
}
