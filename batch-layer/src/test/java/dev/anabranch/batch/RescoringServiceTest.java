package dev.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.lake.BatchScoreFiles;
import dev.anabranch.lakehouse.lake.MaintenanceLedger;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.PromotionRule;
import dev.anabranch.lakehouse.lake.StatusDocument;
import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.Feature;
import dev.anabranch.lakehouse.lead.LeadFeatures;
import dev.anabranch.lakehouse.lead.LeadHistory;
import dev.anabranch.lakehouse.model.LabelledRows;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.model.ModelInput;
import dev.anabranch.lakehouse.spark.SparkSessions;
import dev.anabranch.lakehouse.spark.TestKafka;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of all leads on real tables: when they are made, and what they are. */
class RescoringServiceTest {
  private static final int LEADS = 40;
  private static final Duration PERIOD = Duration.ofHours(1);
  private static final Duration A_MOMENT = Duration.ofSeconds(2);
  private static final PromotionRule ANY = new PromotionRule(0, 0);

  @TempDir static Path common;
  private static TestKafka kafka;
  private static SparkSession spark;
  private static PipelineModel model;
  private static int topics;

  @TempDir Path folder;
  private final MovedClock clock = new MovedClock(Instant.now());
  private final List<Event> events = TestLeads.events(LEADS);
  private Platform platform;
  private ModelRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestKafka.start(common.resolve("kafka"));
    spark = SparkSessions.start(new Settings.Spark("local[2]"), "test", BatchSpark.SETTINGS);
    model = fit();
  }

  /** Sure that every third lead buys, whose form is among the features. */
  private static PipelineModel fit() {
    StructType schema =
        new StructType()
            .add(ModelInput.NUMBERS, SQLDataTypes.VectorType())
            .add(LabelledRows.LABEL, DataTypes.DoubleType);
    List<Row> rows = new ArrayList<>();
    Map<String, LeadHistory> histories = histories(TestLeads.events(LEADS));
    for (int lead = 0; lead < LEADS; lead++) {
      LeadFeatures features = histories.get("lead-" + lead).features("lead-" + lead);
      rows.add(RowFactory.create(Vectors.dense(features.numbers()), lead % 3 == 0 ? 1.0 : 0.0));
    }
    LogisticRegression regression =
        new LogisticRegression()
            .setFeaturesCol(ModelInput.NUMBERS)
            .setLabelCol(LabelledRows.LABEL)
            .setRegParam(0.1);
    return new Pipeline()
        .setStages(new PipelineStage[] {regression})
        .fit(spark.createDataFrame(rows, schema));
  }

  @AfterAll
  static void stop() {
    spark.stop();
    kafka.close();
  }

  @BeforeEach
  void open() throws Exception {
    platform = Platform.create(spark, kafka, "scored-" + topics++, folder);
    registry = ModelRegistry.open(platform.storage, platform.lake, Clock.systemUTC());
  }

  @Test
  void aLeadsScoreIsThatOfItsLiveHistoryAsOfTheRun() throws Exception {
    List<Event> sent = new ArrayList<>(events);
    sent.addAll(events.subList(0, 20)); // Copies.
    Collections.shuffle(sent, new Random(20_261_127));
    platform.send(0, sent.subList(0, 70));
    platform.send(1, sent.subList(70, sent.size()));
    platform.run("first");
    // Not below the run's boundary: not known.
    platform.send(0, List.of(TestLeads.event(0, 99, EventType.PURCHASE, nowMicros())));
    promote("a");
    service().poll();

    Map<String, BatchScore> expected = liveScores(sent);
    assertThat(scores()).hasSize(LEADS).hasSameSizeAs(expected.keySet());
    for (BatchScore score : scores()) {
      BatchScore live = expected.get(score.leadId());
      assertThat(score)
          .usingRecursiveComparison()
          .ignoringFields("probability")
          .as(score.leadId())
          .isEqualTo(live);
      assertThat(score.probability()).isCloseTo(live.probability(), within(1e-12));
    }
    assertThat(scores().stream().map(BatchScore::probability).distinct().count()).isGreaterThan(3);
    assertThat(status("scored", 1, "first").path("leads").asInt()).isEqualTo(LEADS);
  }

  @Test
  void anotherChampionScoresAtOnceAndNotTwice() throws Exception {
    platform.send(0, events);
    platform.run("first");
    promote("a");
    RescoringService service = service();
    service.poll();
    status("scored", 1, "first");
    promote("b");
    clock.pass(A_MOMENT);
    service.poll();
    assertThat(scores()).hasSize(LEADS).extracting("modelVersion").containsOnly(2L);
    status("scored", 2, "first");
    long version = version();
    clock.pass(PERIOD.multipliedBy(2));
    service.poll();
    service().poll();
    assertThat(version()).as("the table's version").isEqualTo(version);
    registry.rollBack("test", "");
    clock.pass(A_MOMENT);
    service.poll();
    assertThat(scores()).hasSize(LEADS).extracting("modelVersion").containsOnly(1L);
  }

  @Test
  void anotherRunIsScoredOnceThePeriodHasPassed() throws Exception {
    platform.send(0, events);
    platform.run("first");
    promote("a");
    RescoringService service = service();
    service.poll();
    platform.send(0, List.of(TestLeads.event(LEADS, 1, EventType.WEB_VISIT, nowMicros())));
    platform.run("second");
    clock.pass(PERIOD.dividedBy(2));
    service.poll();
    service().poll();
    status("scored", 1, "first");
    // More than the other half: the period counts from when the files were really written.
    clock.pass(PERIOD);
    service().poll();
    assertThat(scores()).hasSize(LEADS + 1).extracting("batchRun").containsOnly("second");
    status("scored", 1, "second");
    long version = version();
    service.poll();
    clock.pass(PERIOD.multipliedBy(2));
    service.poll();
    service().poll();
    assertThat(version()).as("the table's version").isEqualTo(version);
  }

  @Test
  void withoutAPeriodOnlyAnotherChampionCounts() throws Exception {
    platform.send(0, events);
    platform.run("first");
    promote("a");
    Map<String, String> never = Map.of("scoring.rescore_every", "never");
    service(never, step -> {}).poll();
    platform.send(0, List.of(TestLeads.event(LEADS, 1, EventType.WEB_VISIT, nowMicros())));
    platform.run("second");
    clock.pass(Duration.ofDays(30));
    service(never, step -> {}).poll();
    status("scored", 1, "first");
    assertThat(scores()).extracting("batchRun").containsOnly("first");
    promote("b");
    service(never, step -> {}).poll();
    assertThat(scores()).hasSize(LEADS + 1).extracting("batchRun").containsOnly("second");
  }

  @Test
  void whatIsMissingIsSaid() throws Exception {
    RescoringService service = service();
    service.poll();
    assertThat(reason("waiting")).contains("No model has been promoted");
    promote("a");
    clock.pass(A_MOMENT);
    service.poll();
    assertThat(reason("waiting")).contains("No batch run has been published");
    platform.run("empty");
    clock.pass(A_MOMENT);
    service.poll();
    assertThat(reason("waiting")).isEqualTo("Batch run empty has no events.");
    assertThat(version()).as("nothing but the table itself was made").isZero();
    platform.send(0, events);
    platform.run("first");
    clock.pass(A_MOMENT);
    service.poll();
    status("scored", 1, "first");
  }

  @Test
  void aDamagedModelOrAnAbsentDatabaseLeavesTheScoresAsTheyWere() throws Exception {
    platform.send(0, events);
    platform.run("first");
    promote("a");
    service().poll();
    List<BatchScore> before = scores();
    long version = version();
    promote("b");
    damage("b");
    RescoringService service = service();
    service.poll();
    assertThat(reason("failed")).contains("Model 2 cannot be read from models/files/b");
    status("failed", 1, "first");
    ModelFiles.save(model, platform.lake, "models/files/b");
    clock.pass(A_MOMENT);
    service.poll();
    assertThat(scores()).as("before it is tried again").isEqualTo(before);
    status("failed", 1, "first");
    registry.rollBack("test", "");
    clock.pass(A_MOMENT);
    service.poll();
    status("scored", 1, "first");
    assertThat(version()).isEqualTo(version);

    promote("b");
    Map<String, String> away =
        Map.of("postgresql.url", "jdbc:postgresql://127.0.0.1:" + freePort() + "/leads");
    service(away, step -> {}).poll();
    assertThat(reason("failed")).contains("PostgreSQL at jdbc:postgresql://127.0.0.1:");
    assertThat(scores()).isEqualTo(before);
    RescoringService again = service();
    again.poll();
    assertThat(scores()).extracting("modelVersion").containsOnly(2L);
  }

  @Test
  void killedBehindAnyStepTheScoresAreTheOldOnesOrTheNew() throws Exception {
    platform.send(0, events);
    platform.run("first");
    promote("a");
    service().poll();
    List<BatchScore> before = scores();
    promote("b");
    List<String> steps = new ArrayList<>();
    while (steps.size() < 10) {
      List<String> reached = new ArrayList<>();
      try {
        service(
                Map.of(),
                step -> {
                  reached.add(step);
                  if (reached.size() > steps.size()) {
                    throw new Killed();
                  }
                })
            .poll();
        break;
      } catch (Killed e) {
        steps.add(reached.get(reached.size() - 1));
      }
      if (!steps.contains("committed")) {
        assertThat(scores()).as("killed behind %s", steps).isEqualTo(before);
      }
    }
    assertThat(steps).containsExactly("model read", "profiles read", "scores written", "committed");
    assertThat(scores()).hasSize(LEADS).extracting("modelVersion").containsOnly(2L);
    status("scored", 2, "first");
  }

  @Test
  void aServiceThatStopsLeavesTheScoresAsTheyWereAndHasNotFailed() throws Exception {
    platform.send(0, events);
    platform.run("first");
    promote("a");
    AtomicBoolean stopping = new AtomicBoolean();
    new RescoringService(
            spark,
            platform.storage,
            platform.settings,
            clock,
            stopping::get,
            step -> stopping.set(step.equals("profiles read")))
        .poll();
    assertThat(scores()).isEmpty();
    assertThat(StatusDocument.read(platform.storage, platform.lake.status("rescoring"))).isEmpty();
  }

  @Test
  void maintenanceDeletesTheScoresThatWereReplaced() throws Exception {
    platform.send(0, events);
    platform.run("first");
    for (String name : List.of("a", "b")) {
      promote(name);
      service().poll();
    }
    MaintenanceLedger.open(platform.storage, platform.lake, Clock.systemUTC())
        .claim(Optional.of("vacuum"));
    platform.maintenance(Duration.ofDays(1), step -> {}).poll();
    try (Stream<Path> files = Files.list(folder.resolve("the lake/batch/scores"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet")).count())
          .isEqualTo(files().size());
    }
    assertThat(scores()).hasSize(LEADS);
  }

  private RescoringService service() {
    return service(Map.of("scoring.rescore_every", PERIOD.toHours() + "h"), step -> {});
  }

  /** As after a start of the process. */
  private RescoringService service(Map<String, String> settings, Progress progress) {
    return new RescoringService(
        spark, platform.storage, platform.settings(settings), clock, () -> false, progress);
  }

  /** Makes a model the champion; where one of this name is registered, that one. */
  private void promote(String name) {
    String files = "models/files/" + name;
    ModelFiles.save(model, platform.lake, files);
    ObjectNode card = new ObjectMapper().createObjectNode().put("folder", files);
    Feature.NAMES.forEach(card.putArray("features")::add);
    ModelInput.CATEGORIES.forEach(card.putArray("categories")::add);
    card.putObject("metrics").put("log_loss", 0.1).put("log_loss_baseline", 0.5);
    registry.promote(registry.register(card, "test").version(), "test", "", ANY);
  }

  private void damage(String name) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("the lake/models/files").resolve(name))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.write(file, new byte[] {1});
      }
    }
  }

  /** What the scoring stream makes of these records: in the order of arrival, copies told by id. */
  private Map<String, BatchScore> liveScores(List<Event> arrivals) {
    Map<String, LeadFeatures> features = new TreeMap<>();
    histories(arrivals).forEach((lead, history) -> features.put(lead, history.features(lead)));
    List<Row> rows =
        features.values().stream().map(it -> ModelInput.row(it, Optional.empty())).toList();
    Map<String, BatchScore> scores = new HashMap<>();
    for (Row row :
        ModelFiles.score(model, spark.createDataFrame(rows, ModelInput.SCHEMA))
            .select("lead_id", ModelFiles.PROBABILITY)
            .collectAsList()) {
      LeadFeatures of = features.get(row.getString(0));
      scores.put(
          of.leadId(),
          new BatchScore(of.leadId(), of.asOfMicros(), of.events(), row.getDouble(1), 1, "first"));
    }
    return scores;
  }

  private static Map<String, LeadHistory> histories(List<Event> arrivals) {
    Map<String, LeadHistory> histories = new TreeMap<>();
    for (Event event : arrivals) {
      histories.computeIfAbsent(event.leadId(), lead -> LeadHistory.remembering(256)).add(event);
    }
    return histories;
  }

  private List<DataFile> files() {
    TableTail tail = new TableTail(platform.storage, platform.lake.batchScores());
    tail.poll();
    return tail.files();
  }

  private long version() {
    TableTail tail = new TableTail(platform.storage, platform.lake.batchScores());
    tail.poll();
    return tail.version();
  }

  private List<BatchScore> scores() {
    return files().stream()
        .flatMap(file -> BatchScoreFiles.read(platform.storage, file).stream())
        .toList();
  }

  private String reason(String state) {
    JsonNode status = status();
    assertThat(status.path("state").asText()).as("%s", status).isEqualTo(state);
    return status.path("reason").asText();
  }

  private JsonNode status(String state, long model, String run) {
    JsonNode status = status();
    assertThat(status.path("state").asText()).as("%s", status).isEqualTo(state);
    assertThat(status.path("model_version").asLong()).as("%s", status).isEqualTo(model);
    assertThat(status.path("batch_run").asText()).as("%s", status).isEqualTo(run);
    return status;
  }

  private JsonNode status() {
    return StatusDocument.read(platform.storage, platform.lake.status("rescoring")).orElseThrow();
  }

  private static long nowMicros() {
    return System.currentTimeMillis() * 1_000;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** No exception that the service handles: nothing of it runs any more, as after a kill -9. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }
}
