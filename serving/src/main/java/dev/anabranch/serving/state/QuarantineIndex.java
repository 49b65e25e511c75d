package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.event.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The refused records at one version of {@code quarantine/events}: immutable. Which records there
 * are is in memory; details and values are read from files for the page asked for.
 */
public final class QuarantineIndex {

  /**
   * A refused record.
   *
   * @param kafkaTimestampMicros of the record
   * @param detail names the field to blame
   * @param value the record's bytes; empty where it had none
   */
  public record Entry(
      String topic,
      int partition,
      long offset,
      long kafkaTimestampMicros,
      Reason reason,
      String detail,
      Optional<byte[]> value) {
    public Position position() {
      return new Position(kafkaTimestampMicros, partition, offset);
    }
  }

  /** Newest first: by Kafka timestamp descending, then partition and offset, both descending. */
  public record Position(long kafkaTimestampMicros, int partition, long offset) {}

  /** Entries in their order; {@code more}: whether others follow. */
  public record Entries(List<Entry> entries, boolean more) {
    public Entries {
      entries = List.copyOf(entries);
    }
  }

  /** How many records were refused for each reason; without the reasons that none was. */
  public Map<Reason, Long> counts() {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  /** Newest first, only of that reason where one is given. */
  public Entries page(Optional<Reason> reason, Optional<Position> after, int limit) {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }
}
