package dev.anabranch.cli.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CoverageTest {

  private final Coverage coverage = new Coverage();

  @Test
  void aRecordCountsFromItsTimestampToTheFirstAnswerThatHoldsIt() {
    coverage.record(0, 5, 1_000);
    coverage.covered(Map.of(0, 5L), 1_100);
    assertThat(coverage.freshness().records()).isZero();
    coverage.covered(Map.of(0, 6L), 1_300);
    coverage.covered(Map.of(0, 6L), 1_900);
    assertThat(coverage.freshness())
        .isEqualTo(new Freshness(1, OptionalLong.of(300), OptionalLong.of(300)));
  }

  @Test
  void answersMayComeBeforeTheSenderTellsOfTheRecord() {
    coverage.covered(Map.of(0, 3L), 1_100);
    coverage.covered(Map.of(0, 6L), 1_200);
    coverage.covered(Map.of(0, 9L), 1_300);
    coverage.record(0, 2, 1_000);
    coverage.record(0, 3, 1_000);
    coverage.record(0, 8, 1_000);
    assertThat(coverage.freshness())
        .isEqualTo(new Freshness(3, OptionalLong.of(200), OptionalLong.of(300)));
  }

  @Test
  void partitionsStandApart() {
    coverage.record(0, 0, 1_000);
    coverage.record(1, 0, 1_000);
    coverage.covered(Map.of(0, 1L, 1, 0L), 1_050);
    assertThat(coverage.freshness().records()).isEqualTo(1);
    coverage.covered(Map.of(0, 1L, 1, 1L), 1_070);
    assertThat(coverage.freshness().p99()).hasValue(70);
  }

  @Test
  void nothingMeasuredHasNoPercentiles() {
    assertThat(coverage.freshness())
        .isEqualTo(new Freshness(0, OptionalLong.empty(), OptionalLong.empty()));
  }

  @Test
  void percentilesAreThoseOfTheWholeMilliseconds() {
    Latencies latencies = new Latencies();
    for (int millis = 1; millis <= 200; millis++) {
      latencies.add(millis);
    }
    latencies.add(-5);
    latencies.add(1_000_000);
    assertThat(latencies.total()).isEqualTo(202);
    assertThat(latencies.percentile(0.5)).hasValue(100);
    assertThat(latencies.percentile(0.99)).hasValue(199);
    assertThat(latencies.percentile(1)).hasValue(60_000);
    assertThat(latencies.percentile(0.001)).hasValue(0);
  }
}
