package dev.anabranch.kappa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Offsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WatermarkTest {
  private static final long MINUTE = 60_000_000L;
  private final Watermark watermark = new Watermark(Duration.ofMinutes(10), Duration.ofSeconds(60));

  @Test
  void thereIsNoneBeforeTheFirstEvent() {
    assertThat(watermark.after(header(Map.of(), Map.of(), OptionalLong.empty()))).isEmpty();
  }

  @Test
  void trailsThePartitionThatIsFurthestBehind() {
    assertThat(
            watermark.after(
                header(
                    Map.of(0, 1_000L, 1, 1_000L),
                    Map.of(0, 100 * MINUTE, 1, 40 * MINUTE),
                    OptionalLong.empty())))
        .hasValue(30 * MINUTE);
  }

  @Test
  void waitsForAPartitionWithoutRecordsUntilItCountsAsIdle() {
    Map<Integer, Long> events = Map.of(0, 100 * MINUTE);
    assertThat(watermark.after(header(Map.of(0, 61_000L, 1, 1_000L), events, OptionalLong.empty())))
        .isEmpty();
    assertThat(watermark.after(header(Map.of(0, 61_001L, 1, 1_000L), events, OptionalLong.empty())))
        .hasValue(90 * MINUTE);
  }

  @Test
  void aSilentPartitionHoldsNothingBackForLong() {
    assertThat(
            watermark.after(
                header(
                    Map.of(0, 61_001L, 1, 1_000L),
                    Map.of(0, 100 * MINUTE, 1, 40 * MINUTE),
                    OptionalLong.empty())))
        .hasValue(90 * MINUTE);
  }

  @Test
  void neverGoesBack() {
    assertThat(
            watermark.after(
                header(Map.of(0, 1L), Map.of(0, 20 * MINUTE), OptionalLong.of(50 * MINUTE))))
        .hasValue(50 * MINUTE);
  }

  @Test
  void aPartitionWithoutRecordsCountsAsAliveSinceTheFirstOnes() {
    EpochHeader beginning = header(Map.of(), Map.of(), OptionalLong.empty());
    assertThat(Watermark.kafkaTimes(beginning, Set.of(0, 1), Map.of(0, 7L)))
        .isEqualTo(Map.of(0, 7L, 1, 7L));
    assertThat(Watermark.kafkaTimes(beginning, Set.of(0, 1), Map.of())).isEmpty();
  }

  private static EpochHeader header(
      Map<Integer, Long> kafkaTimes, Map<Integer, Long> eventTimes, OptionalLong watermark) {
    return new EpochHeader(
        1,
        1,
        Offsets.NONE,
        Offsets.NONE,
        OptionalLong.empty(),
        0,
        0,
        0,
        0,
        watermark,
        new TreeMap<>(eventTimes),
        new TreeMap<>(kafkaTimes));
  }
}
