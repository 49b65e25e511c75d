package dev.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.batch.training.TrainingJob;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.lake.RunState;
import dev.anabranch.lakehouse.lake.TrainingLedger;
import dev.anabranch.lakehouse.lake.TrainingRun;
import dev.anabranch.lakehouse.spark.SparkSessions;
import dev.anabranch.lakehouse.spark.TestKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on real tables, from the request to the champion. */
class TrainingServiceTest {
  private static final long SEED = 20_261_127;
  private static final long HOUR = 3_600_000_000L;

  @TempDir static Path kafkaFolder;
  private static TestKafka kafka;
  private static SparkSession spark;
  private static int topics;

  @TempDir Path folder;
  private Platform platform;
  private TrainingLedger ledger;
  private ModelRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestKafka.start(kafkaFolder.resolve("kafka"));
    spark = SparkSessions.start(new Settings.Spark("local[2]"), "test", BatchSpark.SETTINGS);
  }

  @AfterAll
  static void stop() {
    spark.stop();
    kafka.close();
  }

  @BeforeEach
  void open() throws Exception {
    platform = Platform.create(spark, kafka, "trained-" + topics++, folder);
    ledger = TrainingLedger.open(platform.storage, platform.lake, Clock.systemUTC());
    registry = ModelRegistry.open(platform.storage, platform.lake, Clock.systemUTC());
  }

  @Test
  void withoutABatchRunThereIsNothingToTrainOn() {
    TrainingRun run = trained("early");
    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.outcome().orElseThrow()).contains("No batch run");
    assertThat(registry.versions()).isEmpty();
  }

  @Test
  void aTrainingMakesAChampionAndADamagedOneStopsNothing() throws Exception {
    platform.send(0, leads());
    platform.epoch();
    platform.run("first");
    TrainingRun run = trained("scheduled__2026-11-27T00:00:00+00:00");
    assertThat(run.state()).as("%s", run.outcome()).isEqualTo(RunState.SUCCEEDED);
    registry.refresh();
    ModelVersion champion = registry.champion().orElseThrow();
    assertThat(champion.version()).isEqualTo(run.version().orElseThrow());
    assertThat(champion.card().at("/data/batch_run").asText()).isEqualTo("first");

    FileTime written = Files.getLastModifiedTime(files(champion));
    TrainingJob job =
        new TrainingJob(
            spark, platform.storage, platform.lake, platform.settings, Clock.systemUTC());
    assertThat(job.execute(run, step -> {}).version()).isEqualTo(champion);
    assertThat(Files.getLastModifiedTime(files(champion))).isEqualTo(written);

    // The same events give the same model, which is as good as the champion.
    trained("two");
    registry.refresh();
    assertThat(registry.champion().orElseThrow().version()).isEqualTo(2);
    assertThat(registry.champion().orElseThrow().card().at("/compared_with/version").asLong())
        .isEqualTo(1);

    try (Stream<Path> files = Files.walk(files(registry.champion().orElseThrow()))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.write(file, new byte[] {1});
      }
    }
    TrainingRun after = trained("three");
    assertThat(after.state()).as("%s", after.outcome()).isEqualTo(RunState.SUCCEEDED);
    registry.refresh();
    assertThat(registry.find(3).orElseThrow().card().has("compared_with")).isFalse();
  }

  private Path files(ModelVersion model) {
    return folder.resolve("the lake").resolve(model.folder());
  }

  private TrainingRun trained(String id) {
    ledger.claim(Optional.of(id));
    new TrainingService(
            spark, platform.storage, platform.settings, Clock.systemUTC(), () -> false, step -> {})
        .poll();
    ledger.ledger().refresh();
    return ledger.ledger().find(id).orElseThrow();
  }

  /** Every third lead fills in a form and mostly buys soon after; the others hardly ever. */
  private static List<Event> leads() {
    Random random = new Random(SEED);
    long start = (System.currentTimeMillis() / 1_000 - 10 * 86_400) * 1_000_000;
    List<Event> events = new ArrayList<>();
    for (int lead = 0; lead < 600; lead++) {
      long time = start + random.nextInt(9 * 24) * HOUR;
      for (int i = 0; i < 4; i++) {
        boolean form = lead % 3 == 0 && i == 2;
        EventType type = form ? EventType.FORM_SUBMISSION : EventType.WEB_VISIT;
        events.add(event(lead, i, type, time));
        time += HOUR / 10;
        if (random.nextDouble() < (form ? 0.7 : 0.03)) {
          events.add(event(lead, 10 + i, EventType.PURCHASE, time));
        }
        time += HOUR;
      }
    }
    return events;
  }

  private static Event event(int lead, int number, EventType type, long time) {
    return new Event(
        lead + "-" + number,
        "lead-" + lead,
        type,
        "email",
        Optional.of("/"),
        type == EventType.PURCHASE ? 1_000 : 0,
        time);
  }
}
