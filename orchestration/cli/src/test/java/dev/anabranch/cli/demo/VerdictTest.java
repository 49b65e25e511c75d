package dev.anabranch.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.cli.measure.Freshness;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static final Totals TRUTH = new Totals(1_000, new BigDecimal("2000.00"), 300);
  private static final Freshness QUICK =
      new Freshness(1_030, OptionalLong.of(310), OptionalLong.of(905));
  private static final Freshness NONE =
      new Freshness(0, OptionalLong.empty(), OptionalLong.empty());

  @Test
  void exactIsTheSameEventsAndRevenue() {
    assertThat(verdict(new Totals(1_000, new BigDecimal("2000.0"), 297)).exact()).isTrue();
    assertThat(verdict(new Totals(1_001, new BigDecimal("2000.00"), 300)).exact()).isFalse();
    assertThat(verdict(new Totals(1_000, new BigDecimal("2000.01"), 300)).exact()).isFalse();
  }

  @Test
  void isTheDocumentOfTheContract() {
    assertThat(verdict(new Totals(1_000, new BigDecimal("2000.00"), 297)).json())
        .isEqualTo(
            """
            {"verdict":"exact","records":{"sent":1030,"accepted":1020,"quarantined":10},\
            "truth":{"events":1000,"revenue":"2000.00","leads":300},\
            "lambda":{"events":1000,"revenue":"2000.00","leads":297,\
            "events_error":0.0,"revenue_error":0.0},\
            "kappa":{"events":980,"revenue":"1950.00","leads":295,\
            "events_error":0.02,"revenue_error":0.025,"late_events_dropped":21},\
            "batch_runs":4,\
            "freshness_millis":{"lambda":{"p50":310,"p99":905},"kappa":{"p50":null,"p99":null}}}\
            """);
  }

  @Test
  void theTextSaysTheSame() {
    assertThat(verdict(new Totals(999, new BigDecimal("2000.00"), 297)).text())
        .contains("Verdict: WRONG", "999 events", "1,000 and 2000.00")
        .contains("980 events (2.000 % off)", "21 late")
        .contains("lambda 0.31/0.91 s, kappa -");
  }

  @Test
  void theBoardShowsAllSides() {
    Comparison sides =
        new Comparison(
            new Totals(1_001, new BigDecimal("2000.00"), 297),
            new Totals(980, new BigDecimal("1950.00"), 295),
            Totals.NONE,
            Map.of(),
            Map.of(),
            Map.of());
    Moment moment =
        new Moment(
            "http://127.0.0.1:8080",
            Duration.ofSeconds(42),
            Optional.of(Duration.ofSeconds(60)),
            new Truth.Sent(1_030, 20, 20, 10),
            TRUTH,
            sides,
            QUICK,
            NONE,
            21,
            "r1 running",
            "speed is restarting. ");
    assertThat(String.join("\n", Board.table(moment)))
        .contains("http://127.0.0.1:8080", "42 s of 60 s", "1,030 records sent: 20 late")
        .containsPattern("truth +1,000 +2,000.00 +300\n")
        .containsPattern("lambda +1,001 +2,000.00 +297 +\\+0.100 % +0.31 s +0.91 s\n")
        .containsPattern("kappa +980 +1,950.00 +295 +-2.000 % +- +-\n")
        .contains("left out 21 late", "r1 running", "speed is restarting");
    assertThat(Board.line(moment))
        .startsWith("  42 s: sent 1,030; truth 1,000 events, 2000.00; lambda +0.100 %")
        .doesNotContain("\n");
  }

  @Test
  void offsetsReachEndsPartitionByPartition() {
    Comparison comparison =
        new Comparison(
            TRUTH, TRUTH, TRUTH, Map.of(0, 5L, 1, 2L), Map.of(0, 5L), Map.of(0, 6L, 1, 3L));
    assertThat(comparison.streamsReach(Map.of(0, 5L, 1, 2L))).isTrue();
    assertThat(comparison.streamsReach(Map.of(0, 6L))).isFalse();
    assertThat(comparison.batchReaches(Map.of(0, 5L))).isTrue();
    assertThat(comparison.batchReaches(Map.of(0, 5L, 1, 1L))).isFalse();
  }

  private static Verdict verdict(Totals lambda) {
    return new Verdict(
        1_030,
        1_020,
        10,
        TRUTH,
        lambda,
        new Totals(980, new BigDecimal("1950.00"), 295),
        21,
        4,
        QUICK,
        NONE);
  }
}
