package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.anomaly.Anomaly;
import dev.anabranch.lakehouse.anomaly.Baseline;
import dev.anabranch.lakehouse.anomaly.Baselines;
import dev.anabranch.lakehouse.anomaly.OpenMinutes;
import dev.anabranch.lakehouse.anomaly.Pool;
import dev.anabranch.lakehouse.anomaly.Range;
import dev.anabranch.lakehouse.anomaly.Span;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.lake.AnomalyTable;
import dev.anabranch.lakehouse.lake.BaselineTable;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnomaliesRouteTest {
  private static final String ROUTE = "/v1/views/anomalies";
  private static final long MINUTE = 60_000_000L;

  /** 2026-11-22T10:00:00Z. */
  private static final long START = 1_795_341_600_000_000L;

  @TempDir private Path folder;

  @Test
  void anomaliesAreListedNewestFirstOnceThereIsABaseline() {
    TestLake lake = new TestLake(folder);
    try (TestApi api = new TestApi(lake, Map.of())) {
      JsonNode none = api.get(ROUTE);
      assertThat(none.path("state").asText()).isEqualTo("no_baseline");
      assertThat(none.path("baseline").isNull()).isTrue();
      assertThat(none.path("rows")).isEmpty();

      learn(lake, "first");
      await(api, "state", "waiting");
      AnomalyTable table = AnomalyTable.open(lake.storage(), lake.layout(), Clock.systemUTC());
      table.append(mark(12), List.of(drop(10), drop(11), rate(11)));
      // Judged up to there already: as after a crash.
      table.append(mark(12), List.of(drop(3)));
      table.append(mark(13), List.of(revenue(12)));
      await(api, "judged_until", "2026-11-22T10:13:00Z");

      JsonNode all = api.get(ROUTE);
      assertThat(all.path("state").asText()).isEqualTo("judging");
      assertThat(all.at("/baseline/batch_run").asText()).isEqualTo("first");
      assertThat(kinds(all)).containsExactly("lead_revenue", "drop", "lead_rate", "drop");
      JsonNode row = all.path("rows").get(1);
      assertThat(row.path("minute").asText()).isEqualTo("2026-11-22T10:11:00Z");
      assertThat(row.path("observed").asLong()).isEqualTo(1);
      assertThat(row.at("/expected/lower").asLong()).isEqualTo(10);
      assertThat(row.at("/expected/upper").asLong()).isEqualTo(40);
      assertThat(row.path("channel").asText()).isEqualTo("organic");
      assertThat(row.path("lead_id").isNull()).isTrue();
      assertThat(row.path("reason").asText()).isEqualTo("too few");
      assertThat(all.at("/rows/0/observed").asText()).isEqualTo("1200.50");

      assertThat(kinds(api.get(ROUTE + "?kind=drop"))).containsExactly("drop", "drop");
      assertThat(kinds(api.get(ROUTE + "?from=2026-11-22T10:12:00Z")))
          .containsExactly("lead_revenue");
      assertThat(kinds(api.get(ROUTE + "?to=2026-11-22T11:11:00%2B01:00"))).containsExactly("drop");
      JsonNode page = api.get(ROUTE + "?limit=3");
      assertThat(page.path("rows")).hasSize(3);
      String next = ROUTE + "?limit=3&cursor=" + page.path("next_cursor").asText();
      assertThat(api.get(next).path("rows")).containsExactly(all.path("rows").get(3));
      assertThat(all.path("next_cursor").isNull()).isTrue();

      api.blamed("kind", ROUTE + "?kind=fraud");
      api.blamed("from", ROUTE + "?from=2026-11-22T10:12:30Z");
      api.blamed("from", ROUTE + "?from=2026-11-22T10:12:00Z&to=2026-11-22T10:12:00Z");
      api.blamed("limit", ROUTE + "?limit=0");
      api.blamed("cursor", ROUTE + "?cursor=x");
      api.blamed("by", ROUTE + "?by=channel");
    }
  }

  @Test
  void manyCommitsBecomeOneFileAndNothingIsLost() {
    TestLake lake = new TestLake(folder);
    learn(lake, "first");
    AnomalyTable table = AnomalyTable.open(lake.storage(), lake.layout(), Clock.systemUTC());
    for (int minute = 0; minute < 260; minute++) {
      table.append(mark(minute + 1), minute % 100 == 7 ? List.of(drop(minute)) : List.of());
    }
    assertThat(AnomalyTable.open(lake.storage(), lake.layout(), Clock.systemUTC()).mark())
        .contains(mark(260));
    try (TestApi api = new TestApi(lake, Map.of())) {
      await(api, "judged_until", "2026-11-22T14:20:00Z");
      assertThat(api.get(ROUTE).path("rows")).hasSize(3);
    }
  }

  @Test
  void whatIsOlderThanThirtyDaysIsForgotten() {
    TestLake lake = new TestLake(folder);
    learn(lake, "first");
    int days = 24 * 60;
    AnomalyTable table = AnomalyTable.open(lake.storage(), lake.layout(), Clock.systemUTC());
    table.append(mark(20), List.of(drop(10)));
    table.append(mark(days), List.of(drop(days - 10)));
    table.append(mark(29 * days), List.of());
    try (TestApi api = new TestApi(lake, Map.of())) {
      await(api, "judged_until", "2026-12-21T10:00:00Z");
      assertThat(api.get(ROUTE).path("rows")).hasSize(2);
      for (int minute = 1; minute < 256; minute++) {
        table.append(mark(30 * days + minute), List.of());
      }
      await(api, "judged_until", "2026-12-22T14:15:00Z");
      assertThat(minutes(api)).containsExactly("2026-11-23T09:50:00Z");
    }
    // The table was merged: a server that starts knows no more.
    try (TestApi api = new TestApi(lake, Map.of())) {
      await(api, "judged_until", "2026-12-22T14:15:00Z");
      assertThat(minutes(api)).containsExactly("2026-11-23T09:50:00Z");
    }
    TableTail tail = new TableTail(lake.storage(), lake.layout().speedAnomalies());
    tail.poll();
    assertThat(
            tail.files().stream()
                .flatMap(file -> AnomalyTable.read(lake.storage(), file).anomalies().stream()))
        .extracting(Anomaly::minute)
        .containsExactly(START + (days - 10) * MINUTE);
  }

  private static List<String> minutes(TestApi api) {
    List<String> minutes = new ArrayList<>();
    api.get(ROUTE).path("rows").forEach(row -> minutes.add(row.path("minute").asText()));
    return minutes;
  }

  private static void learn(TestLake lake, String run) {
    Baseline baseline =
        new Baseline(
            Pool.TYPE_AND_CHANNEL,
            Span.MINUTE,
            "web_visit",
            Optional.of("organic"),
            OptionalInt.empty(),
            120,
            20,
            3,
            new Range(10, 40));
    BaselineTable.open(lake.storage(), lake.layout(), Clock.systemUTC())
        .replace(new Baselines(run, Instant.EPOCH, List.of(baseline), List.of()));
  }

  private static void await(TestApi api, String field, String value) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> api.get(ROUTE).path(field).asText().equals(value));
  }

  private static List<String> kinds(JsonNode page) {
    List<String> kinds = new ArrayList<>();
    page.path("rows").forEach(row -> kinds.add(row.path("kind").asText()));
    return kinds;
  }

  private static OpenMinutes.Mark mark(int minute) {
    return new OpenMinutes.Mark(START + minute * MINUTE, START + (minute - 1) * MINUTE, 7);
  }

  private static Anomaly drop(int minute) {
    return new Anomaly(
        START + minute * MINUTE,
        1,
        Anomaly.Kind.DROP,
        Optional.of("web_visit"),
        Optional.of("organic"),
        Optional.empty(),
        BigDecimal.ONE,
        BigDecimal.TEN,
        BigDecimal.valueOf(40),
        Pool.HOUR_OF_WEEK.wireName(),
        "first",
        "too few");
  }

  private static Anomaly rate(int minute) {
    return ofLead(minute, 1, Anomaly.Kind.LEAD_RATE, BigDecimal.valueOf(60), "lead_minute");
  }

  private static Anomaly revenue(int minute) {
    return ofLead(
        minute, 10, Anomaly.Kind.LEAD_REVENUE, new BigDecimal("1200.50"), "lead_ten_minutes");
  }

  private static Anomaly ofLead(
      int minute, int minutes, Anomaly.Kind kind, BigDecimal observed, String pool) {
    return new Anomaly(
        START + minute * MINUTE,
        minutes,
        kind,
        Optional.empty(),
        Optional.empty(),
        Optional.of("bot"),
        observed,
        BigDecimal.ZERO,
        BigDecimal.TEN,
        pool,
        "first",
        "too much");
  }
}
