package dev.anabranch.lakehouse.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Verdict;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AcceptedEventsTest {
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = TestSpark.start();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void acceptedRecordsBecomeRowsAndRefusedOnesDoNot() {
    List<byte[]> values = new ArrayList<>();
    values.add(
        bytes(
            """
            {"event_id":"e-1","lead_id":"größer","event_type":"purchase","channel":"email",
             "page":"/pricing","amount":"9999999999999999.99",
             "event_time":"2026-11-22T23:59:59.1234567+00:00"}\
            """));
    values.add(null);
    values.add(bytes("poison"));
    values.add(
        bytes(
            """
            {"event_id":"e-2","lead_id":"l","event_type":"web_visit","amount":"oops",
             "event_time":"2026-11-22T23:59:59+00:01"}\
            """));
    List<Row> rows =
        AcceptedEvents.accepted(judge(values))
            .selectExpr(
                "event_id",
                "lead_id",
                "event_type",
                "channel",
                "page",
                "amount",
                "cast(event_time as string)",
                "cast(kafka_timestamp as string)",
                "kafka_partition",
                "kafka_offset",
                "cast(event_date as string)")
            .collectAsList();
    assertThat(rows).hasSize(2);
    assertThat(values(rows.get(0)))
        .containsExactly(
            "e-1",
            "größer",
            "purchase",
            "email",
            "/pricing",
            new BigDecimal("9999999999999999.99"),
            "2026-11-22 23:59:59.123456",
            "2027-01-15 08:00:00.123",
            2,
            0L,
            "2026-11-22");
    assertThat(values(rows.get(1)))
        .containsExactly(
            "e-2",
            "l",
            "web_visit",
            "unknown",
            null,
            null,
            "2026-11-22 23:58:59",
            "2027-01-15 08:00:00.123",
            2,
            3L,
            "2026-11-22");
  }

  @Test
  void aRowIsTheEventThatTheValidatorMade() {
    List<byte[]> values =
        List.of(
            bytes(
                """
                {"event_id":"e-1","lead_id":"l","event_type":"purchase","channel":"email",
                 "page":"/pricing","amount":"9999999999999999.99",
                 "event_time":"2026-11-22T23:59:59.1234567+00:00"}\
                """),
            bytes(
                """
                {"event_id":"e-2","lead_id":"l","event_type":"web_visit",
                 "event_time":"2006-11-22T23:59:59Z"}\
                """));
    EventValidator validator = new EventValidator();
    List<Event> expected =
        values.stream()
            .map(value -> validator.validate(value, 1_800_000_000_123L))
            .map(verdict -> ((Verdict.Accepted) verdict).event())
            .toList();
    assertThat(AcceptedEvents.accepted(judge(values)).collectAsList())
        .map(AcceptedEvents::event)
        .isEqualTo(expected);
  }

  @Test
  void everyRecordCountsOnce() {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      values.add(i % 7 == 0 ? null : bytes("poison"));
      values.add(
          bytes(
              """
              {"event_id":"e-%d","lead_id":"l","event_type":"web_visit",
               "event_time":"2026-11-22T23:59:59Z"}\
              """
                  .formatted(i % 40)));
    }
    Row counts =
        judge(values)
            .repartition(3)
            .selectExpr("sum(if(event_id is null, 0, records))", "sum(records)", "count(event_id)")
            .first();
    assertThat(values(counts)).containsExactly(50L, 100L, 50L);
    assertThat(judge(List.of()).count()).isZero();
  }

  @Test
  void columnsAreThoseOfTheMasterDataset() {
    assertThat(AcceptedEvents.accepted(judge(List.of())).schema().asNullable())
        .isEqualTo(AcceptedEvents.SCHEMA);
  }

  private static Dataset<Row> judge(List<byte[]> values) {
    return AcceptedEvents.judge(TestSpark.records(spark, values, 1_800_000_000_123L));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<Object> values(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      values.add(row.get(i));
    }
    return values;
  }
}
