package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.lake.RefusedRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuarantineRouteTest {
  private static final String QUARANTINE = "/v1/quarantine";
  private static final long TIME = 1_790_000_000_123L;

  @TempDir private static Path folder;
  private static TestLake lake;
  private static TestApi api;

  @BeforeAll
  static void start() {
    lake = new TestLake(folder);
    lake.speedEpoch();
    lake.refuse(1, records(0, 20));
    lake.refuse(2, records(20, 30));
    api = new TestApi(lake, Map.of());
    Awaitility.await().until(() -> api.get(QUARANTINE).path("records").size() == 30);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  /** Every third has no value; the others have bytes that are no text. */
  private static List<RefusedRecord> records(int from, int to) {
    List<RefusedRecord> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      records.add(
          new RefusedRecord(
              "events",
              i % 4,
              i,
              TIME + i / 2,
              i % 3 == 0 ? Reason.NOT_JSON : Reason.BAD_VALUE,
              i % 3 == 0 ? "no value" : "amount is \"x\"\u0000",
              i % 3 == 0 ? Optional.empty() : Optional.of(new byte[] {(byte) 0xff, 0, (byte) i})));
    }
    return records;
  }

  @Test
  void recordsComeNewestFirstAndInFull() {
    JsonNode answer = api.get(QUARANTINE);
    assertThat(answer.path("counts").path("not_json").asLong()).isEqualTo(10);
    assertThat(answer.path("counts").path("bad_value").asLong()).isEqualTo(20);
    assertThat(answer.path("counts").size()).isEqualTo(2);
    List<Long> offsets = new ArrayList<>();
    for (JsonNode record : answer.path("records")) {
      long i = record.path("offset").asLong();
      offsets.add(i);
      assertThat(record.path("topic").asText()).isEqualTo("events");
      assertThat(record.path("partition").asLong()).isEqualTo(i % 4);
      assertThat(Instant.parse(record.path("kafka_timestamp").asText()).toEpochMilli())
          .isEqualTo(TIME + i / 2);
      if (i % 3 == 0) {
        assertThat(record.path("reason").asText()).isEqualTo("not_json");
        assertThat(record.path("value_base64").isNull()).isTrue();
      } else {
        assertThat(Base64.getDecoder().decode(record.path("value_base64").asText()))
            .containsExactly(0xff, 0, (int) i);
      }
    }
    assertThat(offsets).hasSize(30).doesNotHaveDuplicates().startsWith(29L).endsWith(0L);
  }

  @Test
  void countsAreOfAllWhateverIsAskedFor() {
    JsonNode answer = api.get(QUARANTINE + "?reason=not_json");
    assertThat(answer.path("records")).hasSize(10);
    assertThat(answer.path("counts")).isEqualTo(api.get(QUARANTINE).path("counts"));
    assertThat(api.get(QUARANTINE + "?reason=too_large").path("records")).isEmpty();
  }

  @Test
  void pagesAddUp() {
    for (String query : List.of("?limit=7", "?limit=3&reason=not_json")) {
      List<JsonNode> records = new ArrayList<>();
      JsonNode page = api.get(QUARANTINE + query);
      page.path("records").forEach(records::add);
      while (!page.path("next_cursor").isNull()) {
        page = api.get(QUARANTINE + query + "&cursor=" + page.path("next_cursor").asText());
        page.path("records").forEach(records::add);
      }
      List<JsonNode> whole = new ArrayList<>();
      api.get(QUARANTINE + query.replaceFirst("limit=[0-9]+", "limit=1000"))
          .path("records")
          .forEach(whole::add);
      assertThat(records).isEqualTo(whole);
    }
  }

  @Test
  void aCursorGoesOnInItsVersion(@TempDir Path own) {
    TestLake growing = new TestLake(own);
    growing.refuse(1, records(0, 10));
    try (TestApi grown = new TestApi(growing, Map.of())) {
      Awaitility.await().until(() -> grown.get(QUARANTINE).path("records").size() == 10);
      JsonNode page = grown.get(QUARANTINE + "?limit=8");
      // Some of these are older than the position.
      growing.refuse(2, records(10, 20).stream().map(QuarantineRouteTest::older).toList());
      Awaitility.await().until(() -> grown.get(QUARANTINE).path("records").size() == 20);
      page = grown.get(QUARANTINE + "?limit=8&cursor=" + page.path("next_cursor").asText());
      assertThat(page.path("records")).hasSize(2);
      assertThat(page.path("counts").path("not_json").asLong()).isEqualTo(4);
      assertThat(page.path("next_cursor").isNull()).isTrue();
    }
  }

  private static RefusedRecord older(RefusedRecord record) {
    return new RefusedRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        TIME - 1,
        record.reason(),
        record.detail(),
        record.value());
  }

  @Test
  void withoutRefusedRecordsThereAreNone(@TempDir Path own) {
    try (TestApi empty = new TestApi(new TestLake(own), Map.of())) {
      JsonNode answer = empty.get(QUARANTINE);
      assertThat(answer.path("counts")).isEmpty();
      assertThat(answer.path("records")).isEmpty();
      assertThat(answer.path("next_cursor").isNull()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reason=nonsense | reason",
        "reason=NOT_JSON | reason",
        "reason=not_json,bad_value | reason",
        "reason= | reason",
        "limit=0 | limit",
        "cursor=x | cursor",
        "from=2026-11-22T10:15:00Z | from",
      })
  void oneParameterIsToBlame(String query, String parameter) {
    api.blamed(parameter, QUARANTINE + "?" + query);
  }

  @Test
  void aCursorIsForTheSameReasonOnly() {
    String cursor = api.get(QUARANTINE + "?limit=5").path("next_cursor").asText();
    api.blamed("cursor", QUARANTINE + "?limit=5&reason=not_json&cursor=" + cursor);
    api.blamed("cursor", QUARANTINE + "?limit=6&cursor=" + cursor);
  }
}
