package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.serving.query.RandomEvents;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lambda has all events, kappa and batch have the first 300 only, the ledger has all. */
class ComparisonRouteTest {
  private static final String COMPARISON = "/v1/comparison/activity";
  private static final List<String> SIDES = List.of("lambda", "kappa", "batch", "truth");

  @TempDir private static Path folder;
  private static TestLake lake;
  private static TestApi api;

  @BeforeAll
  static void start() {
    List<Event> events = RandomEvents.of(3, 0, 400, 600);
    lake = new TestLake(folder);
    lake.send(events.subList(0, 300));
    lake.speedEpoch();
    lake.kappaEpoch();
    lake.run("run-1");
    lake.send(events.subList(300, 400));
    // A copy in another epoch: lambda counts it until the next run.
    lake.send(events.subList(0, 1));
    long epoch = lake.speedEpoch().epoch();
    lake.ledger();
    api = new TestApi(lake, Map.of("ledger_file", lake.ledgerFile().toString()));
    api.awaitSpeed(epoch);
    api.awaitRun("run-1");
    api.awaitKappa(1);
    Awaitility.await().until(() -> api.get(COMPARISON).at("/summary/truth/events").asLong() == 400);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "&by=event_type,channel",
        "&by=channel&window=PT1H&slide=PT30M",
        "&channel=ads",
        "&from=2025-11-22T10:20:00Z&to=2025-11-22T12:00:00Z&by=event_type",
        "&channel=nobody"
      })
  void eachSideIsWhatItsViewSays(String query) {
    JsonNode answer = api.get(COMPARISON + "?limit=10000" + query);
    for (String side : List.of("lambda", "kappa", "batch")) {
      JsonNode view = api.get("/v1/views/activity?limit=10000&architecture=" + side + query);
      List<JsonNode> expected = new ArrayList<>();
      view.path("rows").forEach(expected::add);
      assertThat(side(answer, side)).as(side).isEqualTo(expected);
    }
  }

  /** The rows of one side, as its view has them. */
  private static List<JsonNode> side(JsonNode answer, String side) {
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode row : answer.path("rows")) {
      if (!row.path(side).isNull()) {
        ObjectNode own = row.deepCopy();
        SIDES.forEach(own::remove);
        rows.add(own.setAll((ObjectNode) row.path(side)));
      }
    }
    return rows;
  }

  @Test
  void rowsAreInOrderAndOnce() {
    JsonNode rows = api.get(COMPARISON + "?limit=10000&by=event_type").path("rows");
    String previous = "";
    for (JsonNode row : rows) {
      String key = row.path("window_start").asText() + row.path("event_type").asText();
      assertThat(key).isGreaterThan(previous);
      previous = key;
    }
  }

  @Test
  void theSummaryTellsTheErrors() {
    JsonNode summary = api.get(COMPARISON + "?limit=1").path("summary");
    assertThat(summary.at("/lambda/events").asLong()).isEqualTo(401);
    assertThat(summary.at("/lambda/events_error").asDouble()).isCloseTo(1 / 400.0, within(1e-12));
    assertThat(summary.at("/kappa/events").asLong()).isEqualTo(300);
    assertThat(summary.at("/kappa/events_error").asDouble()).isCloseTo(0.25, within(1e-12));
    assertThat(summary.at("/batch/events_error").asDouble()).isCloseTo(0.25, within(1e-12));
    assertThat(summary.at("/truth/events").asLong()).isEqualTo(400);
    assertThat(summary.path("truth").has("events_error")).isFalse();
  }

  @Test
  void nothingAtAllIsRight() {
    JsonNode answer = api.get(COMPARISON + "?channel=nobody");
    assertThat(answer.path("rows")).isEmpty();
    for (String side : List.of("lambda", "kappa", "batch")) {
      JsonNode of = answer.path("summary").path(side);
      assertThat(of.path("revenue").asText()).isEqualTo("0.00");
      assertThat(of.path("events_error").asDouble()).isZero();
      assertThat(of.path("revenue_error").asDouble()).isZero();
    }
  }

  @Test
  void pagesAddUp() {
    String query = COMPARISON + "?by=event_type,channel&limit=";
    List<JsonNode> rows = new ArrayList<>();
    JsonNode page = api.get(query + 11);
    page.path("rows").forEach(rows::add);
    while (!page.path("next_cursor").isNull()) {
      page = api.get(query + "11&cursor=" + page.path("next_cursor").asText());
      page.path("rows").forEach(rows::add);
    }
    List<JsonNode> whole = new ArrayList<>();
    api.get(query + 10_000).path("rows").forEach(whole::add);
    assertThat(rows).isEqualTo(whole);
  }

  @Test
  void bothHaveTheirProvenance() {
    JsonNode asOf = api.get(COMPARISON).path("as_of");
    assertThat(asOf.at("/lambda/batch_run").asText()).isEqualTo("run-1");
    assertThat(asOf.at("/kappa/kappa_epoch").asLong()).isEqualTo(1);
    assertThat(asOf.at("/kappa/batch_run").isNull()).isTrue();
  }

  @Test
  void withoutALedgerTheTruthIsNotKnown() {
    try (TestApi blind = new TestApi(lake, Map.of())) {
      blind.awaitKappa(1);
      JsonNode answer = blind.get(COMPARISON);
      assertThat(answer.at("/summary/truth").isNull()).isTrue();
      assertThat(answer.at("/summary/lambda/events_error").isNull()).isTrue();
      assertThat(answer.at("/summary/lambda/revenue_error").isNull()).isTrue();
      answer.path("rows").forEach(row -> assertThat(row.path("truth").isNull()).isTrue());
    }
  }

  @Test
  void anEmptyLakeIsCompared(@TempDir Path own) {
    try (TestApi empty = new TestApi(new TestLake(own), Map.of())) {
      JsonNode answer = empty.get(COMPARISON);
      assertThat(answer.path("rows")).isEmpty();
      assertThat(answer.at("/summary/batch/events").asLong()).isZero();
    }
  }

  @Test
  void thereIsNoArchitecture() {
    api.blamed("architecture", COMPARISON + "?architecture=lambda");
  }
}
