package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.serving.query.LeadOrder;
import dev.anabranch.serving.query.LeadRow;
import dev.anabranch.serving.query.Oracle;
import dev.anabranch.serving.query.RandomEvents;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeadsRouteTest {
  private static final String LEADS = "/v1/views/leads";
  private static final List<String> ODD_IDS =
      List.of(
          "a/b",
          "a%2Fb",
          "%",
          "a;b=c",
          "a b",
          " a",
          "...",
          "..a",
          "a\\b",
          "a?b",
          "a#b",
          "a+b",
          "a&b=c",
          "größe",
          "日本",
          "\uD83D\uDE00",
          "e\u0301",
          "\u0085",
          "\uFEFF",
          "\"",
          "<b>",
          "{lead_id}",
          "\uD83D\uDE00".repeat(64),
          "x".repeat(64));
  private static final List<Event> FIRST = RandomEvents.of(1, 0, 400, 600);
  private static final List<Event> ALL = new ArrayList<>(FIRST);

  @TempDir private static Path folder;
  private static TestApi api;

  @BeforeAll
  static void start() {
    List<Event> second = new ArrayList<>(RandomEvents.of(2, 400, 200, 600));
    for (String id : ODD_IDS) {
      second.add(
          new Event(
              "odd-" + second.size(),
              id,
              EventType.PURCHASE,
              "unknown",
              Optional.empty(),
              12_990,
              RandomEvents.START));
    }
    ALL.addAll(second);
    TestLake lake = new TestLake(folder);
    lake.send(FIRST);
    lake.speedEpoch();
    lake.run("run-1");
    lake.send(second);
    long epoch = lake.speedEpoch().epoch();
    lake.kappaEpoch();
    api = new TestApi(lake, Map.of());
    api.awaitSpeed(epoch);
    api.awaitRun("run-1");
    api.awaitKappa(1);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static LeadRow row(JsonNode json) {
    Map<String, Long> byType = new LinkedHashMap<>();
    json.path("by_type")
        .fields()
        .forEachRemaining(type -> byType.put(type.getKey(), type.getValue().asLong()));
    return new LeadRow(
        json.path("lead_id").asText(),
        json.path("events").asLong(),
        byType,
        new BigDecimal(json.path("revenue").asText()),
        micros(json.path("first_seen")),
        micros(json.path("last_seen")));
  }

  private static long micros(JsonNode time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time.asText()));
  }

  private static List<LeadRow> rows(JsonNode page) {
    List<LeadRow> rows = new ArrayList<>();
    page.path("rows").forEach(row -> rows.add(row(row)));
    return rows;
  }

  @ParameterizedTest
  @EnumSource
  void eachOrderIsPagedAsAWhole(LeadOrder order) {
    String target = LEADS + "?limit=7&order=" + order.wireName();
    List<LeadRow> rows = new ArrayList<>();
    JsonNode page = api.get(target);
    rows.addAll(rows(page));
    while (!page.path("next_cursor").isNull()) {
      page = api.get(target + "&cursor=" + page.path("next_cursor").asText());
      rows.addAll(rows(page));
    }
    assertThat(rows).isEqualTo(Oracle.leads(ALL, order));
  }

  @Test
  void theMostRevenueIsFirst() {
    JsonNode answer = api.get(LEADS);
    assertThat(answer.path("view").asText()).isEqualTo("leads");
    assertThat(rows(answer)).isEqualTo(Oracle.leads(ALL, LeadOrder.MOST_REVENUE));
    assertThat(rows(api.get(LEADS + "?architecture=batch")))
        .isEqualTo(Oracle.leads(FIRST, LeadOrder.MOST_REVENUE));
    assertThat(rows(api.get(LEADS + "?architecture=kappa"))).isEqualTo(rows(answer));
    assertThat(answer.at("/as_of/batch_run").asText()).isEqualTo("run-1");
  }

  @Test
  void anyValidIdIsFound() {
    Map<String, LeadRow> expected = new LinkedHashMap<>();
    Oracle.leads(ALL, LeadOrder.MOST_REVENUE).forEach(row -> expected.put(row.leadId(), row));
    for (String id : ODD_IDS) {
      JsonNode answer = api.get(LEADS + "/" + TestApi.encoded(id));
      assertThat(row(answer.path("row"))).isEqualTo(expected.get(id));
    }
    JsonNode one = api.get(LEADS + "/lead-1?architecture=kappa");
    assertThat(row(one.path("row"))).isEqualTo(expected.get("lead-1"));
    assertThat(one.at("/as_of/kappa_epoch").asLong()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nobody",
        "lead-1%20",
        "LEAD-1",
        "a%2Fb%2Fc",
        "%2F",
        "%2F..",
        "%2E%2E%2F%2E%2E",
        "%3B",
        "*",
        "%C2%80",
        "..%2Flead-1",
        "null",
        "%F3%B0%80%80"
      })
  void anIdThatIsNotThereIsNotFound(String encoded) {
    api.refused(404, LEADS + "/" + encoded);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".", "..", "%2E", "%2e%2E", "%20", "%20%20", "%00x", "a%0Ab", "%7F", "%1f"})
  void whatCannotBeAnIdIsRefused(String encoded) {
    // Java's client would shorten dots, so the request is written by hand.
    assertThat(RawTarget.status(api.url(), LEADS + "/" + encoded)).isEqualTo(400);
    api.blamed("lead_id", LEADS + "/" + "x".repeat(65));
    api.blamed("lead_id", LEADS + "/" + TestApi.encoded("\uD83D\uDE00".repeat(65)));
  }

  @ParameterizedTest
  @CsvSource({
    "order=events, order",
    "order=-Revenue, order",
    "order=%2Brevenue, order",
    "order=lead_id, order",
    "order=, order",
    "window=PT1M, window",
    "limit=0, limit",
    "architecture=x, architecture",
    "cursor=x, cursor",
    "cursor=, cursor",
  })
  void oneParameterIsToBlame(String query, String parameter) {
    api.blamed(parameter, LEADS + "?" + query);
  }

  @Test
  void oneLeadHasAnArchitectureOnly() {
    api.blamed("limit", LEADS + "/lead-1?limit=5");
    api.blamed("order", LEADS + "/lead-1?order=-events");
    api.blamed("architecture", LEADS + "/lead-1?architecture=x");
    api.refused(404, LEADS + "/" + TestApi.encoded(ODD_IDS.get(0)) + "?architecture=batch");
  }

  @Test
  void cursorsAreForTheirOrderOnly() {
    String cursor = api.get(LEADS + "?limit=5").path("next_cursor").asText();
    api.blamed("cursor", LEADS + "?limit=5&order=-events&cursor=" + cursor);
    api.blamed("cursor", LEADS + "?limit=5&architecture=batch&cursor=" + cursor);
    api.get(LEADS + "?limit=5&order=-revenue&cursor=" + cursor);
  }
}
