package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.serving.query.ActivityQuery;
import dev.anabranch.serving.query.ActivityRow;
import dev.anabranch.serving.query.Oracle;
import dev.anabranch.serving.query.RandomEvents;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActivityRouteTest {
  private static final String ACTIVITY = "/v1/views/activity";
  private static final List<Event> FIRST = RandomEvents.of(1, 0, 400, 600);
  private static final List<Event> SECOND = RandomEvents.of(2, 400, 300, 600);
  private static final List<Event> ALL = new ArrayList<>(FIRST);

  @TempDir private static Path folder;
  private static TestLake lake;
  private static TestApi api;
  private static EpochHeader speed;

  @BeforeAll
  static void start() {
    ALL.addAll(SECOND);
    lake = new TestLake(folder);
    lake.send(FIRST);
    lake.speedEpoch();
    lake.run("run-1");
    lake.send(SECOND);
    speed = lake.speedEpoch();
    lake.kappaEpoch();
    api = new TestApi(lake, Map.of());
    api.awaitSpeed(speed.epoch());
    api.awaitRun("run-1");
    api.awaitKappa(1);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static ActivityQuery minutes(Set<String> by) {
    return new ActivityQuery(
        OptionalLong.empty(), OptionalLong.empty(), 1, 1, by, Optional.empty(), Optional.empty());
  }

  private static void assertRows(String target, List<ActivityRow> expected) {
    JsonNode rows = api.get(target).path("rows");
    assertThat(rows.size()).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(row(rows.get(i))).isEqualTo(expected.get(i));
    }
  }

  private static ActivityRow row(JsonNode json) {
    return new ActivityRow(
        micros(json.path("window_start")),
        micros(json.path("window_end")),
        Optional.ofNullable(json.get("event_type")).map(JsonNode::asText),
        Optional.ofNullable(json.get("channel")).map(JsonNode::asText),
        json.path("events").asLong(),
        new BigDecimal(json.path("revenue").asText()),
        json.path("leads").asLong());
  }

  private static long micros(JsonNode time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time.asText()));
  }

  @Test
  void lambdaByTheMinuteIsTheDefault() {
    assertRows(ACTIVITY + "?limit=10000", Oracle.activity(ALL, minutes(Set.of())));
    JsonNode answer = api.get(ACTIVITY);
    assertThat(answer.path("view").asText()).isEqualTo("activity");
    assertThat(answer.path("architecture").asText()).isEqualTo("lambda");
    assertThat(answer.path("next_cursor").isNull()).isTrue();
    assertThat(answer).isEqualTo(api.get(ACTIVITY + "?architecture=lambda&window=PT1M&limit=1000"));
  }

  @Test
  void eachArchitectureAnswersForItself() {
    Set<String> both = Set.of(ActivityQuery.EVENT_TYPE, ActivityQuery.CHANNEL);
    String by = ACTIVITY + "?limit=10000&by=event_type,channel&architecture=";
    assertRows(by + "lambda", Oracle.activity(ALL, minutes(both)));
    assertRows(by + "kappa", Oracle.activity(ALL, minutes(both)));
    assertRows(by + "batch", Oracle.activity(FIRST, minutes(both)));
    assertRows(by + "speed", Oracle.activity(SECOND, minutes(both)));
    assertThat(api.get(by + "batch").at("/as_of/exact/leads").asBoolean()).isTrue();
    assertThat(api.get(ACTIVITY + "?architecture=batch").at("/as_of/exact/leads").asBoolean())
        .isFalse();
  }

  @Test
  void windowsSlideAndFiltersCut() {
    ActivityQuery query =
        new ActivityQuery(
            OptionalLong.of(micros("2025-11-22T10:25:00Z")),
            OptionalLong.of(micros("2025-11-22T13:01:00Z")),
            60,
            15,
            Set.of(ActivityQuery.CHANNEL),
            Optional.of(Set.of("purchase", "web_visit")),
            Optional.of(Set.of("größer", "ads")));
    assertRows(
        ACTIVITY
            + "?from=2025-11-22T12:25:00+02:00&to=2025-11-22T13:01:00Z&window=PT1H&slide=PT15M"
            + "&by=channel&event_type=purchase,web_visit&channel=gr%C3%B6%C3%9Fer%2Cads",
        Oracle.activity(ALL, query));
  }

  private static long micros(String time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
  }

  @Test
  void anUnknownChannelFindsNothing() {
    assertThat(api.get(ACTIVITY + "?channel=nobody").path("rows")).isEmpty();
    assertThat(api.get(ACTIVITY + "?from=9999-01-01T00:00:00Z").path("rows")).isEmpty();
    assertThat(api.get(ACTIVITY + "?to=0001-01-01T00:00:00Z").path("rows")).isEmpty();
  }

  @Test
  void answersSayWhatTheyHold() {
    JsonNode lambda = api.get(ACTIVITY).path("as_of");
    assertThat(lambda.path("batch_run").asText()).isEqualTo("run-1");
    assertThat(lambda.path("speed_epoch").asLong()).isEqualTo(speed.epoch());
    assertThat(lambda.path("kappa_generation").isNull()).isTrue();
    assertThat(lambda.path("kappa_epoch").isNull()).isTrue();
    assertThat(total(lambda.path("until_offsets"))).isEqualTo(ALL.size());
    assertThat(total(lambda.path("boundary"))).isEqualTo(FIRST.size());
    assertThat(lambda.path("freshness_millis").isIntegralNumber()).isTrue();
    JsonNode batch = api.get(ACTIVITY + "?architecture=batch").path("as_of");
    assertThat(batch.path("until_offsets")).isEqualTo(batch.path("boundary"));
    JsonNode kappa = api.get(ACTIVITY + "?architecture=kappa").path("as_of");
    assertThat(kappa.path("kappa_generation").asLong()).isEqualTo(1);
    assertThat(kappa.path("kappa_epoch").asLong()).isEqualTo(1);
    assertThat(kappa.path("batch_run").isNull()).isTrue();
    assertThat(kappa.path("boundary").isNull()).isTrue();
    assertThat(kappa.path("speed_epoch").isNull()).isTrue();
  }

  private static long total(JsonNode offsets) {
    long total = 0;
    for (JsonNode offset : offsets) {
      total += offset.asLong();
    }
    return total;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?limit=7",
        "?limit=50&by=event_type,channel&architecture=batch",
        "?limit=13&by=channel&window=PT1H&slide=PT20M",
        "?limit=1&window=P1D&by=event_type&architecture=kappa",
      })
  void pagesAddUp(String query) {
    JsonNode whole = api.get(ACTIVITY + query.replaceFirst("limit=[0-9]+", "limit=10000"));
    List<JsonNode> rows = new ArrayList<>();
    JsonNode page = api.get(ACTIVITY + query);
    page.path("rows").forEach(rows::add);
    while (!page.path("next_cursor").isNull()) {
      page = api.get(ACTIVITY + query + "&cursor=" + page.path("next_cursor").asText());
      page.path("rows").forEach(rows::add);
      assertThat(page.path("rows")).isNotEmpty();
    }
    assertThat(rows).hasSize(whole.path("rows").size());
    assertThat(rows).isEqualTo(list(whole.path("rows")));
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    array.forEach(list::add);
    return list;
  }

  @Test
  void aCursorIsForTheSameParametersOnly() {
    String cursor = cursor(api, "?limit=5&by=channel");
    for (String other :
        List.of(
            "?limit=6&by=channel",
            "?limit=5",
            "?limit=5&by=event_type",
            "?limit=5&by=channel&architecture=batch",
            "?limit=5&by=channel&window=PT2M",
            "?limit=5&by=channel&from=2000-01-01T00:00:00Z",
            "?limit=5&by=channel&channel=ads",
            "?limit=5&by=channel&event_type=purchase")) {
      api.blamed("cursor", ACTIVITY + other + "&cursor=" + cursor);
    }
    api.blamed("cursor", "/v1/comparison/activity?limit=5&by=channel&cursor=" + cursor);
    api.blamed("cursor", "/v1/views/leads?limit=5&cursor=" + cursor);
    api.get(ACTIVITY + "?cursor=" + cursor + "&by=channel&limit=5&architecture=lambda&slide=PT1M");
  }

  private static String cursor(TestApi of, String query) {
    return of.get(ACTIVITY + query).path("next_cursor").asText();
  }

  @Test
  void cursorsThatAreNoneAreBlamed() {
    String cursor = cursor(api, "?limit=5");
    for (String bad :
        List.of(
            "x",
            "null",
            "AAAA",
            "%00",
            "..",
            "-1",
            "a".repeat(3_000),
            cursor + "A",
            cursor.substring(1),
            cursor.substring(0, cursor.length() - 4),
            cursor.toLowerCase(Locale.ROOT),
            "%7B%22a%22:1%7D")) {
      api.blamed("cursor", ACTIVITY + "?limit=5&cursor=" + bad);
    }
  }

  @Test
  void aCursorFromBeforeARestartHasRunOut() {
    try (TestApi before = new TestApi(lake, Map.of())) {
      before.awaitSpeed(speed.epoch());
      JsonNode problem =
          api.refused(410, ACTIVITY + "?limit=5&cursor=" + cursor(before, "?limit=5"));
      assertThat(problem.path("parameter").asText()).isEqualTo("cursor");
    }
  }

  @Test
  void aCursorGoesOnInItsSnapshot(@TempDir Path own) {
    TestLake growing = new TestLake(own);
    growing.send(FIRST);
    EpochHeader first = growing.speedEpoch();
    try (TestApi grown = new TestApi(growing, Map.of())) {
      grown.awaitSpeed(first.epoch());
      JsonNode page = grown.get(ACTIVITY + "?limit=3");
      growing.send(SECOND);
      growing.run("run-1");
      grown.awaitSpeed(growing.speedEpoch().epoch());
      grown.awaitRun("run-1");
      long events = events(page);
      JsonNode asOf = page.path("as_of");
      while (!page.path("next_cursor").isNull()) {
        page = grown.get(ACTIVITY + "?limit=3&cursor=" + page.path("next_cursor").asText());
        assertThat(page.path("as_of")).isEqualTo(asOf);
        events += events(page);
      }
      assertThat(events).isEqualTo(FIRST.size());
      assertThat(events(grown.get(ACTIVITY + "?limit=10000"))).isEqualTo(ALL.size());
    }
  }

  private static long events(JsonNode page) {
    long events = 0;
    for (JsonNode row : page.path("rows")) {
      events += row.path("events").asLong();
    }
    return events;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unknown=1 | unknown",
        "Limit=1 | Limit",
        "limit=1&limit=1 | limit",
        "limit= | limit",
        "limit | limit",
        "limit=0 | limit",
        "limit=10001 | limit",
        "limit=-5 | limit",
        "limit=05 | limit",
        "limit=%205 | limit",
        "limit=99999999999999999999 | limit",
        "limit=5%00 | limit",
        "architecture=gamma | architecture",
        "architecture=LAMBDA | architecture",
        "architecture=lambda%20 | architecture",
        "architecture= | architecture",
        "window=PT0M | window",
        "window=PT30S | window",
        "window=P2D | window",
        "window=-PT5M | window",
        "window=5m | window",
        "window=PT99999999999999999999M | window",
        "window=PT5M&slide=PT2M | slide",
        "window=PT5M&slide=PT10M | slide",
        "slide=PT2M | slide",
        "slide=PT30S | slide",
        "slide=PT0M | slide",
        "window=PT90S&slide=PT2M | window",
        "by=lead_id | by",
        "by=event_type,event_type | by",
        "by=event_type, | by",
        "by=event_type%20channel | by",
        "by=* | by",
        "event_type=refund | event_type",
        "event_type=purchase,refund | event_type",
        "event_type=Purchase | event_type",
        "event_type=, | event_type",
        "channel=, | channel",
        "channel=%00 | channel",
        "channel=%ff | channel",
        "from=yesterday | from",
        "from=2026-11-22 | from",
        "from=2026-11-22T10:15:30Z | from",
        "from=2026-02-30T00:00:00Z | from",
        "from=2026-11-22T10:15:00 | from",
        "from=2026-11-22T10:15:00%2002:00 | from",
        "to=1700000000 | to",
        "to= | to",
        "from=2026-11-22T10:15:00Z&to=2026-11-22T10:15:00Z | from",
        "from=2026-11-22T10:16:00Z&to=2026-11-22T10:15:00Z | from",
        "from=2026-11-22T11:15:00+01:00&to=2026-11-22T10:15:00Z | from",
        "order=-revenue | order",
        "cursor= | cursor",
      })
  void oneParameterIsToBlame(String query, String parameter) {
    api.blamed(parameter, ACTIVITY + "?" + query);
    if (!parameter.equals("architecture")) {
      api.blamed(parameter, "/v1/comparison/activity?" + query);
    }
  }

  @Test
  void whatIsNotPercentEncodedRightIsRefused() {
    for (String query : List.of("channel=%zz", "from=%", "limit=5%", "%=1")) {
      assertThat(RawTarget.status(api.url(), ACTIVITY + "?" + query)).isEqualTo(400);
    }
  }

  @Test
  void overlongValuesAreRefused() {
    api.blamed("channel", ACTIVITY + "?channel=" + "x".repeat(5_000));
    api.blamed("window", ACTIVITY + "?window=PT" + "1".repeat(5_000) + "M");
    api.blamed("from", ACTIVITY + "?from=" + "2".repeat(5_000));
  }

  @Test
  void viewsToComeAreNotThere() {
    for (String path : List.of("/nothing", "/v1/views/scores", "/v1/views", "/v1")) {
      TestApi.refused(api.sendUnchecked("GET", path, ""), 404);
    }
  }
}
