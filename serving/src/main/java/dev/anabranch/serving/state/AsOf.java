package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.lake.Offsets;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an answer holds: every record below {@code untilOffsets} and none past it. Fields that do
 * not apply to the architecture are empty.
 *
 * @param batchRun the run whose views the answer starts from
 * @param boundary E of that run
 * @param speedEpoch the newest speed epoch in it
 * @param kappaGeneration the generation that answered
 * @param kappaEpoch the newest epoch of it
 * @param untilOffsets without partitions where nothing has been seen yet
 * @param freshnessMillis from the Kafka timestamp of the newest event of the newest epoch to the
 *     moment when that epoch became visible here
 */
public record AsOf(
    Optional<String> batchRun,
    Optional<Offsets> boundary,
    OptionalLong speedEpoch,
    OptionalLong kappaGeneration,
    OptionalLong kappaEpoch,
    Offsets untilOffsets,
    OptionalLong freshnessMillis,
    Exact exact) {
  public AsOf {
    Objects.requireNonNull(untilOffsets, "untilOffsets");
    Objects.requireNonNull(exact, "exact");
  }

  /** Which measures are exact by construction. */
  public record Exact(boolean events, boolean revenue, boolean leads) {
    public static final Exact ALL = new Exact(true, true, true);
    public static final Exact NONE = new Exact(false, false, false);
  }
}
