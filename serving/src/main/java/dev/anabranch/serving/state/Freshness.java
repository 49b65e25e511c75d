package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.lake.EpochHeader;
import java.time.Clock;
import java.util.OptionalLong;

/** How old the newest event of an epoch is at the moment when the epoch becomes visible here. */
final class Freshness {
  private Freshness() {}

  static OptionalLong of(EpochHeader header, Clock clock) {
    return header.newestKafkaTimestamp().isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, clock.millis() - header.newestKafkaTimestamp().getAsLong()));
  }
}
