package dev.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.batch.training.TrainingJob;
import dev.anabranch.lakehouse.config.Settings;
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
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on real tables, from the request to the champion. */
class TrainingServiceTest {
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
    platform.send(0, TestLeads.events(600));
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
}
