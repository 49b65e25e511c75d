package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.lake.RefusedRecord;
import java.util.Map;
import java.util.Optional;

/**
 * The refused records at one version of {@code quarantine/events}: immutable. Which records there
 * are is in memory; details and values are read from files for the page asked for.
 */
public final class QuarantineIndex {

  /** Newest first: by Kafka timestamp descending, then partition and offset, both descending. */
  public record Position(long kafkaTimestamp, int partition, long offset) {
    public static Position of(RefusedRecord refused) {
      return new Position(refused.kafkaTimestamp(), refused.partition(), refused.offset());
    }
  }

  /** How many records were refused for each reason; without the reasons that none was. */
  public Map<Reason, Long> counts() {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  /** Newest first, only of that reason where one is given. */
  public Page<RefusedRecord> page(Optional<Reason> reason, Optional<Position> after, int limit) {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }
}
