package dev.anabranch.lakehouse.event;

import static dev.anabranch.lakehouse.event.Reason.BAD_TYPE;
import static dev.anabranch.lakehouse.event.Reason.BAD_VALUE;
import static dev.anabranch.lakehouse.event.Reason.IN_THE_FUTURE;
import static dev.anabranch.lakehouse.event.Reason.MISSING_FIELD;
import static dev.anabranch.lakehouse.event.Reason.TOO_LARGE;
import static dev.anabranch.lakehouse.event.Reason.UNKNOWN_EVENT_TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Verdict.Accepted;
import dev.anabranch.lakehouse.event.Verdict.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields' rules, and their order. What is not JSON: {@link StrictJsonTest}. */
class EventValidatorTest {

  private static final long KAFKA_TIME = Instant.parse("2026-11-22T10:15:30Z").toEpochMilli();

  private final EventValidator validator = new EventValidator();

  /** A valid purchase as JSON literals by name. */
  private final Map<String, String> fields = new LinkedHashMap<>();

  EventValidatorTest() {
    fields.put("event_id", "\"e-000017\"");
    fields.put("lead_id", "\"lead-42\"");
    fields.put("event_type", "\"purchase\"");
    fields.put("channel", "\"email\"");
    fields.put("page", "\"/pricing\"");
    fields.put("amount", "\"129.90\"");
    fields.put("event_time", "\"2026-11-22T10:15:30.123Z\"");
  }

  @Test
  void acceptsTheContractsExample() {
    assertThat(accepted())
        .isEqualTo(
            new Event(
                "e-000017",
                "lead-42",
                EventType.PURCHASE,
                "email",
                Optional.of("/pricing"),
                12_990,
                micros("2026-11-22T10:15:30.123Z")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"event_id", "lead_id", "event_type", "amount", "event_time"})
  void requiredFieldsMayNotBeMissingOrNull(String field) {
    fields.put(field, "null");
    assertThat(refused().reason()).isEqualTo(MISSING_FIELD);
    fields.remove(field);
    assertThat(refused().reason()).isEqualTo(MISSING_FIELD);
    assertThat(refused().detail()).startsWith(field);
  }

  @Test
  void optionalFieldsMayBeMissingOrNull() {
    fields.put("channel", "null");
    fields.put("page", "null");
    assertThat(accepted().channel()).isEqualTo("unknown");
    fields.remove("channel");
    fields.remove("page");
    assertThat(accepted().channel()).isEqualTo("unknown");
    assertThat(accepted().page()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "event_id|1",
        "lead_id|true",
        "event_type|{}",
        "channel|[]",
        "channel|1.5",
        "page|false",
        "amount|true",
        "amount|[1]",
        "amount|{\"a\":1}",
        "event_time|1764000000"
      })
  void refusesWrongJsonTypes(String field, String literal) {
    fields.put(field, literal);
    assertThat(refused().reason()).isEqualTo(BAD_TYPE);
    assertThat(refused().detail()).startsWith(field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Purchase", "PURCHASE", "purchase ", "refund", "\\ud800"})
  void refusesUnknownTypes(String type) {
    fields.put("event_type", '"' + type + '"');
    assertThat(refused().reason()).isEqualTo(UNKNOWN_EVENT_TYPE);
  }

  @Test
  void readsEscapedNamesAndTypes() {
    fields.put("event_type", "\"web\\u005fvisit\"");
    fields.put("\\u0070age", fields.remove("page"));
    assertThat(accepted().type()).isEqualTo(EventType.WEB_VISIT);
    assertThat(accepted().page()).contains("/pricing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"web_visit", "form_submission", "email_click"})
  void otherTypesIgnoreTheAmountWholly(String type) {
    fields.put("event_type", '"' + type + '"');
    for (String amount : new String[] {"\"129.90\"", "-1", "\"x\"", "true", "[{}]", "null"}) {
      fields.put("amount", amount);
      assertThat(accepted().amountCents()).isZero();
    }
    fields.remove("amount");
    assertThat(accepted().type().wireName()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"event_id", "lead_id", "channel"})
  void namesFollowTheRules(String field) {
    int limit = field.equals("channel") ? 32 : 64;
    String[] good = {
      "a",
      " a",
      "a ",
      "é",
      "\\u0080",
      "\\u00a0",
      "\\u3000",
      "a".repeat(limit),
      "😀".repeat(limit),
      "\\ud83d\\ude00".repeat(limit),
      "\\\"",
      "\\ufeff",
      "...",
      "a/b"
    };
    for (String text : good) {
      fields.put(field, '"' + text + '"');
      assertThat(verdict()).as(text).isInstanceOf(Accepted.class);
    }
    String[] bad = {
      "",
      " ",
      "   ",
      " ".repeat(limit),
      "a".repeat(limit + 1),
      "😀".repeat(limit + 1),
      "a\\u0000",
      "\\t",
      "a\\u001f",
      "\u007f",
      "\\u007f",
      "\\ud800",
      "\\udc00a",
      "\\udc00\\ud800",
      "a\\ud83d"
    };
    for (String text : bad) {
      fields.put(field, '"' + text + '"');
      assertThat(refused().reason()).as(text).isEqualTo(BAD_VALUE);
      assertThat(refused().detail()).startsWith(field);
    }
  }

  @Test
  void onlyTheLeadIdMayNotBeDots() {
    for (String dots : new String[] {".", ".."}) {
      fields.put("event_id", '"' + dots + '"');
      fields.put("channel", '"' + dots + '"');
      assertThat(accepted().eventId()).isEqualTo(dots);
    }
    for (String dots : new String[] {".", "..", "\\u002e."}) {
      fields.put("lead_id", '"' + dots + '"');
      assertThat(refused().reason()).isEqualTo(BAD_VALUE);
    }
  }

  @Test
  void pagesMayHoldAlmostAnything() {
    for (String page : new String[] {"", " ", "\\u0000\\n\u007f", "😀".repeat(512)}) {
      fields.put("page", '"' + page + '"');
      assertThat(accepted().page()).isPresent();
    }
    for (String page : new String[] {"a".repeat(513), "\\udfff", "x\\ud800x"}) {
      fields.put("page", '"' + page + '"');
      assertThat(refused().reason()).isEqualTo(BAD_VALUE);
    }
  }

  @Test
  void unpairedSurrogatesDoNoHarmInFieldsThatAreIgnored() {
    fields.put("note", "\"\\ud800\"");
    fields.put("\\udc00", "{\"\\ud800\":\"\\udfff\"}");
    assertThat(verdict()).isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T10:20:30Z, true",
    "2026-11-22T10:20:30.000000999Z, true",
    "2026-11-22T10:20:30.000001Z, false",
    "2026-11-22T11:20:30+01:00, true",
    "9999-12-31T23:59:59.999999999-18:00, false"
  })
  void theFutureBeginsFiveMinutesPastTheKafkaTimestamp(String time, boolean accepted) {
    fields.put("event_time", '"' + time + '"');
    if (accepted) {
      assertThat(verdict()).isInstanceOf(Accepted.class);
    } else {
      assertThat(refused().reason()).isEqualTo(IN_THE_FUTURE);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void anyKafkaTimestampWillDo(long timestamp) {
    Verdict verdict = validator.validate(json(), timestamp);
    assertThat(verdict instanceof Accepted).isEqualTo(timestamp > 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1999-12-31T23:59:59.999999999Z, false",
    "2000-01-01T00:00:00Z, true",
    "2000-01-01T17:59:59+18:00, false",
    "1999-12-31T06:00:00-18:00, true"
  })
  void timeBeginsWithTheYear2000(String time, boolean accepted) {
    fields.put("event_time", '"' + time + '"');
    assertThat(verdict() instanceof Accepted).isEqualTo(accepted);
    if (!accepted) {
      assertThat(refused().reason()).isEqualTo(BAD_VALUE);
    }
  }

  @Test
  void theFirstReasonOfTheContractsOrderWins() {
    fields.put("event_id", "\"\"");
    fields.put("event_time", "\"2126-11-22T10:15:30Z\"");
    assertThat(refused().reason()).isEqualTo(BAD_VALUE);
    fields.put("event_type", "\"refund\"");
    assertThat(refused().reason()).isEqualTo(UNKNOWN_EVENT_TYPE);
    fields.put("channel", "7");
    assertThat(refused().reason()).isEqualTo(BAD_TYPE);
    fields.remove("event_time");
    assertThat(refused().reason()).isEqualTo(MISSING_FIELD);
    fields.put("x", "1}{");
    assertThat(refused().reason()).isEqualTo(Reason.NOT_JSON);
    fields.put("x", '"' + "x".repeat(EventValidator.MAX_VALUE_BYTES) + '"');
    assertThat(refused().reason()).isEqualTo(TOO_LARGE);
  }

  @Test
  void theAmountIsMissingOnlyWhereTheTypeIsThePurchaseString() {
    fields.remove("amount");
    fields.put("lead_id", "5");
    assertThat(refused().reason()).isEqualTo(MISSING_FIELD);
    fields.put("event_type", "\"Purchase\"");
    assertThat(refused().reason()).isEqualTo(BAD_TYPE);
    fields.put("event_type", "[\"purchase\"]");
    assertThat(refused().detail()).startsWith("lead_id");
  }

  @Test
  void aFutureTimeIsTheLastReason() {
    fields.put("event_time", "\"2126-11-22T10:15:30Z\"");
    assertThat(refused().reason()).isEqualTo(IN_THE_FUTURE);
    assertThat(refused().detail()).endsWith("Kafka timestamp of 2026-11-22T10:15:30Z");
    fields.put("amount", "\"1.234\"");
    assertThat(refused().reason()).isEqualTo(BAD_VALUE);
  }

  @Test
  void theSizeLimitIsInBytesAndInclusive() {
    fields.put("note", "\"\"");
    int free = EventValidator.MAX_VALUE_BYTES - json().length;
    fields.put("note", '"' + "x".repeat(free) + '"');
    assertThat(json()).hasSize(65_536);
    assertThat(verdict()).isInstanceOf(Accepted.class);
    fields.put("note", '"' + "x".repeat(free - 1) + "é\"");
    assertThat(json()).hasSize(65_537);
    assertThat(refused().reason()).isEqualTo(TOO_LARGE);
    assertThat(validator.validate(new byte[65_537], KAFKA_TIME))
        .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.reason()).isEqualTo(TOO_LARGE));
  }

  @Test
  void detailsAreFitToPrint() {
    fields.put("event_type", "\"\\ud800\\n\\u0000é" + "x".repeat(5_000) + '"');
    assertThat(refused().detail())
        .hasSizeLessThan(300)
        .matches("[ -~]*")
        .startsWith("event_type is \"????xxx");
  }

  @Test
  void aValidatorKeepsNothingFromOneRecordToTheNext() {
    assertThat(verdict()).isInstanceOf(Accepted.class);
    assertThat(validator.validate("{}".getBytes(StandardCharsets.UTF_8), KAFKA_TIME))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.reason()).isEqualTo(MISSING_FIELD));
    assertThat(validator.validate("{\"channel\":1}x".getBytes(StandardCharsets.UTF_8), 0))
        .isInstanceOf(Refused.class);
    fields.remove("channel");
    assertThat(accepted().channel()).isEqualTo("unknown");
  }

  private byte[] json() {
    StringBuilder json = new StringBuilder("{");
    fields.forEach(
        (name, literal) ->
            json.append(json.length() == 1 ? "" : ",")
                .append('"')
                .append(name)
                .append("\":")
                .append(literal));
    return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  private Verdict verdict() {
    return validator.validate(json(), KAFKA_TIME);
  }

  private Event accepted() {
    assertThat(verdict()).isInstanceOf(Accepted.class);
    return ((Accepted) verdict()).event();
  }

  private Refused refused() {
    assertThat(verdict()).isInstanceOf(Refused.class);
    return (Refused) verdict();
  }

  private static long micros(String time) {
    return Instant.parse(time).toEpochMilli() * 1_000;
  }
}
