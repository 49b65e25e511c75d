package dev.anabranch.batch.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lead.Feature;
import dev.anabranch.lakehouse.lead.ProfileSnapshot;
import dev.anabranch.lakehouse.model.LabelledRows;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.spark.AcceptedEvents;
import dev.anabranch.lakehouse.spark.SparkSessions;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows and models of leads whose behaviour is known. */
class TrainerTest {
  private static final long SEED = 20_261_127;
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static SparkSession spark;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    spark = SparkSessions.start(new Settings.Spark("local[2]"), "test", Map.of());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void aRowIsLabelledByWhatFollowsWithinTheHorizon() {
    List<Row> events = new ArrayList<>();
    events.add(event("a1", "a", "web_visit", START));
    events.add(event("a2", "a", "form_submission", START.plus(Duration.ofHours(20))));
    events.add(event("a3", "a", "purchase", START.plus(Duration.ofHours(24))));
    events.add(event("a4", "a", "web_visit", START.plus(Duration.ofHours(25))));
    events.add(event("b1", "b", "web_visit", START));
    events.add(event("b2", "b", "purchase", START.plus(Duration.ofHours(24)).plusMillis(1)));
    Map<String, Double> labels = new HashMap<>();
    for (Row row : LabelledRows.of(table(events), ProfileSnapshot.EMPTY, DAY, 1).collectAsList()) {
      labels.put(row.getString(0) + " " + row.<Long>getAs("events"), row.getAs(LabelledRows.LABEL));
    }
    assertThat(labels)
        .isEqualTo(Map.of("a 1", 1.0, "a 2", 1.0, "a 3", 0.0, "a 4", 0.0, "b 1", 0.0, "b 2", 0.0));
  }

  @Test
  void whatComesLaterChangesNoEarlierRow() {
    List<Row> all = leads(60);
    Instant cut = START.plus(Duration.ofDays(4));
    List<Row> known =
        all.stream().filter(row -> row.<Timestamp>getAs(6).toInstant().isBefore(cut)).toList();
    Map<String, Vector> before = rows(known);
    Map<String, Vector> after = rows(all);
    assertThat(before).hasSizeGreaterThan(100);
    assertThat(after).hasSizeGreaterThan(before.size());
    assertThat(after).containsAllEntriesOf(before);
  }

  @Test
  void theLastRowOfALeadIsWhatItIsScoredBy() {
    List<Row> all = leads(30);
    Map<String, Vector> rows = rows(all);
    for (Row latest : LabelledRows.latest(table(all), ProfileSnapshot.EMPTY).collectAsList()) {
      assertThat(latest.<Vector>getAs("numbers")).isEqualTo(rows.get(key(latest)));
    }
  }

  @Test
  void whoBuysIsFoundFarBetterThanByTheBaseRate() {
    Dataset<Row> events = table(leads(800)).cache();
    Trainer trainer = new Trainer(DAY, START.plus(Duration.ofDays(365)));
    Trainer.Result result =
        trainer.train(events, ProfileSnapshot.EMPTY, Optional.empty(), step -> {});
    JsonNode metrics = result.card().path("metrics");
    assertThat(metrics.path("auc").asDouble()).as("%s", result.card()).isGreaterThan(0.75);
    assertThat(metrics.path("log_loss").asDouble())
        .isLessThan(metrics.path("log_loss_baseline").asDouble());
    assertThat(metrics.path("lift_top_decile").asDouble()).isGreaterThan(1.5);
    assertThat(metrics.path("calibration_error").asDouble()).isLessThan(0.1);
    assertThat(result.card().path("candidates").size()).isEqualTo(2);
    assertThat(result.card().path("features").size()).isEqualTo(Feature.NAMES.size());
    Trainer.Result again =
        trainer.train(events, ProfileSnapshot.EMPTY, Optional.of(result.model()), step -> {});
    // Sums of doubles depend a little on the order of the tasks.
    for (JsonNode same : List.of(again.card().path("metrics"), again.compared().orElseThrow())) {
      assertThat(same.path("auc").asDouble())
          .isCloseTo(metrics.path("auc").asDouble(), within(1e-9));
      assertThat(same.path("log_loss").asDouble())
          .isCloseTo(metrics.path("log_loss").asDouble(), within(1e-9));
    }
    // A channel that no lead came by so far.
    Row unseen =
        event("u", "unseen", "web_visit", START.plus(Duration.ofDays(9)), "never seen before");
    double probability =
        ModelFiles.score(
                result.model(), LabelledRows.latest(table(List.of(unseen)), ProfileSnapshot.EMPTY))
            .head()
            .getAs(ModelFiles.PROBABILITY);
    assertThat(probability).isBetween(0.0, 1.0);
  }

  @Test
  void aFileOfEventsIsTrainedOnByTheSameCode() throws Exception {
    List<String> lines =
        new ArrayList<>(
            table(leads(400))
                .select(
                    functions.to_json(
                        functions.struct(
                            "event_id",
                            "lead_id",
                            "event_type",
                            "channel",
                            "page",
                            "amount",
                            "event_time")))
                .as(Encoders.STRING())
                .collectAsList());
    int events = lines.size();
    lines.add(lines.get(0)); // A copy.
    lines.add("no event");
    Path file = Files.write(folder.resolve("events.jsonl"), lines);
    JsonNode card = new ObjectMapper().readTree(EvaluateMain.card(spark, file.toString(), DAY));
    assertThat(card.path("events").asInt()).isEqualTo(events);
    assertThat(card.at("/metrics/auc").asDouble()).isGreaterThan(0.6);
  }

  @Test
  void tooLittleToTrainOnIsSaid() {
    Trainer trainer = new Trainer(DAY, START.plus(Duration.ofDays(365)));
    assertThatThrownBy(
            () ->
                trainer.train(
                    table(List.of()), ProfileSnapshot.EMPTY, Optional.empty(), step -> {}))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("no events");
    List<Row> brief =
        List.of(event("1", "a", "web_visit", START), event("2", "a", "purchase", START.plus(DAY)));
    assertThatThrownBy(
            () -> trainer.train(table(brief), ProfileSnapshot.EMPTY, Optional.empty(), step -> {}))
        .hasMessageContaining("PT24H")
        .hasMessageContaining("PT72H");
    List<Row> without =
        leads(50).stream().filter(row -> !row.getString(2).equals("purchase")).toList();
    assertThatThrownBy(
            () ->
                trainer.train(table(without), ProfileSnapshot.EMPTY, Optional.empty(), step -> {}))
        .hasMessageContaining("0 led to a purchase");
  }

  /** A third of the leads fill in a form and mostly buy within hours; the others hardly ever. */
  private static List<Row> leads(int count) {
    Random random = new Random(SEED);
    List<Row> events = new ArrayList<>();
    for (int lead = 0; lead < count; lead++) {
      Instant time = START.plusSeconds(random.nextInt(8 * 86_400));
      for (int i = 0; i < 4; i++) {
        String id = lead + "-" + i;
        boolean form = lead % 3 == 0 && i == 2;
        events.add(event(id, "lead-" + lead, form ? "form_submission" : "web_visit", time));
        boolean buys = random.nextDouble() < (form ? 0.7 : 0.03);
        time = time.plusSeconds(600 + random.nextInt(7_200));
        if (buys) {
          events.add(event(id + "-p", "lead-" + lead, "purchase", time));
          time = time.plusSeconds(random.nextInt(86_400));
        }
      }
    }
    return events;
  }

  private static Map<String, Vector> rows(List<Row> events) {
    Map<String, Vector> rows = new HashMap<>();
    for (Row row : LabelledRows.of(table(events), ProfileSnapshot.EMPTY, DAY, 1).collectAsList()) {
      rows.put(key(row), row.getAs("numbers"));
    }
    return rows;
  }

  private static String key(Row row) {
    return row.getString(0) + " " + row.<Timestamp>getAs("as_of") + " " + row.<Long>getAs("events");
  }

  private static Dataset<Row> table(List<Row> events) {
    return spark.createDataFrame(events, AcceptedEvents.SCHEMA);
  }

  private static Row event(String id, String lead, String type, Instant time) {
    return event(id, lead, type, time, "email");
  }

  private static Row event(String id, String lead, String type, Instant time, String channel) {
    Timestamp timestamp = Timestamp.from(time);
    return RowFactory.create(
        id,
        lead,
        type,
        channel,
        "/",
        type.equals("purchase") ? new BigDecimal("12.50") : null,
        timestamp,
        timestamp,
        0,
        0L,
        new Date(time.toEpochMilli()));
  }
}
