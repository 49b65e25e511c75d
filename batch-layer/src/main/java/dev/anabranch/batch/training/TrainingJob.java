package dev.anabranch.batch.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.lake.PromotionRule;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.TrainingRun;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.postgresql.LeadProfiles;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One training: on the events of the newest published batch run, as that run left them, so that the
 * card can say which they were. A training that is done again after a crash registers one model.
 */
public final class TrainingJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingJob.class);
  static final String MASTER = "master/events";

  private final SparkSession spark;
  private final LakeLayout lake;
  private final Settings.Training settings;
  private final Settings.Postgresql postgresql;
  private final RunLedger runs;
  private final ModelRegistry registry;
  private final Clock clock;

  public TrainingJob(
      SparkSession spark, Storage storage, LakeLayout lake, Settings settings, Clock clock) {
    this.spark = spark;
    this.lake = lake;
    this.settings = settings.training();
    this.postgresql = settings.postgresql();
    this.runs = RunLedger.open(storage, lake, clock);
    this.registry = ModelRegistry.open(storage, lake, clock);
    this.clock = clock;
  }

  /**
   * What came of a training.
   *
   * @param promotion in words
   */
  public record Result(ModelVersion version, String promotion) {}

  /**
   * Trains, registers, and promotes where the rule allows it.
   *
   * @param reached is told of each step; throws where the work is not to go on
   */
  public Result execute(TrainingRun run, Consumer<String> reached) {
    registry.refresh();
    Optional<ModelVersion> registered = ofRun(run);
    if (registered.isPresent()) {
      // It was killed behind its last step: the files of a model never change.
      return new Result(registered.get(), promote(registered.get(), run));
    }
    runs.refresh();
    BatchRun published =
        runs.published()
            .orElseThrow(
                () ->
                    PlatformException.conflict(
                        "No batch run has been published, and models are trained on the events of"
                            + " one: ./anabranch batch run, then train again."));
    long masterVersion = published.versions().get(MASTER);
    Dataset<Row> events =
        spark
            .read()
            .format("delta")
            .option("versionAsOf", masterVersion)
            .load(lake.masterEvents().toString());
    Optional<ModelVersion> champion = registry.champion();
    Trainer.Result trained =
        new Trainer(settings.horizon(), clock.instant())
            .train(events, LeadProfiles.all(postgresql), champion.flatMap(this::usable), reached);
    String folder = ModelFiles.folder(run.runId(), run.attempt(), trained.algorithm());
    ModelFiles.save(trained.model(), lake, folder);
    reached.accept("saved");
    ObjectNode card = trained.card();
    card.put("folder", folder);
    card.put("run_id", run.runId());
    card.put("trained_at", clock.instant().toString());
    ObjectNode data = card.putObject("data");
    data.put("batch_run", published.runId());
    data.put("master_events_version", masterVersion);
    ObjectNode boundary = data.putObject("boundary");
    published.boundary().byPartition().forEach((p, offset) -> boundary.put(p.toString(), offset));
    if (trained.compared().isPresent()) {
      card.set(
          "compared_with",
          trained.compared().get().put("version", champion.orElseThrow().version()));
    }
    ModelVersion version = registry.register(card, "training " + run.runId());
    return new Result(version, promote(version, run));
  }

  private Optional<ModelVersion> ofRun(TrainingRun run) {
    return registry.versions().stream()
        .filter(model -> model.card().path("run_id").asText().equals(run.runId()))
        .findFirst();
  }

  private String promote(ModelVersion version, TrainingRun run) {
    try {
      registry.promote(
          version.version(),
          "training " + run.runId(),
          "better than the rule asks for",
          new PromotionRule(settings.leastAuc(), settings.leastLift()));
      return "Model %d is the champion.".formatted(version.version());
    } catch (PlatformException e) {
      return e.getMessage();
    }
  }

  /** A champion that cannot be read is nothing to compare with. */
  private Optional<PipelineModel> usable(ModelVersion champion) {
    try {
      return Optional.of(ModelFiles.load(lake, champion));
    } catch (PlatformException e) {
      LOG.warn("No comparison with the champion: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
