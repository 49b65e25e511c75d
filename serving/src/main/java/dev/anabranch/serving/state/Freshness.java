package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.lake.EpochHeader;
import java.util.OptionalLong;

/** How long events take from Kafka to an answer. */
final class Freshness {
  private Freshness() {}

  /**
   * From the newest record of an epoch to the moment when it became visible; as before where the
   * epoch has no records.
   *
   * @param visibleMillis milliseconds since the epoch
   */
  static OptionalLong of(EpochHeader newest, long visibleMillis, OptionalLong before) {
    boolean hasRecords = newest.until().since(newest.from()) > 0;
    return hasRecords && newest.newestKafkaTimestamp().isPresent()
        ? OptionalLong.of(Math.max(0, visibleMillis - newest.newestKafkaTimestamp().getAsLong()))
        : before;
  }
}
