package dev.anabranch.batch;

import dev.anabranch.batch.training.TrainingJob;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.TrainingLedger;
import dev.anabranch.lakehouse.lake.TrainingRun;
import java.time.Clock;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.SparkSession;

/**
 * Executes the training that the ledger says is running, whoever asked for it; without one, sees to
 * it that the scores of all leads are of the champion. It shares the thread of the {@link
 * BatchService}: no batch run goes on meanwhile.
 */
final class TrainingService {
  private final SparkSession spark;
  private final TrainingLedger ledger;
  private final TrainingJob job;
  private final RescoringService rescoring;
  private final BooleanSupplier stopping;
  private final Progress progress;

  /**
   * @param progress is told of each step
   */
  TrainingService(
      SparkSession spark,
      Storage storage,
      Settings settings,
      Clock clock,
      BooleanSupplier stopping,
      Progress progress) {
    LakeLayout lake = new LakeLayout(settings.lake().uri());
    this.spark = spark;
    this.ledger = TrainingLedger.open(storage, lake, clock);
    this.job = new TrainingJob(spark, storage, lake, settings, clock);
    this.rescoring = new RescoringService(spark, storage, settings, clock, stopping, progress);
    this.stopping = stopping;
    this.progress = progress;
  }

  /** Executes the training that is running; without one, scores the leads where that is due. */
  void poll() {
    ledger.ledger().refresh();
    ledger.ledger().running().ifPresentOrElse(this::execute, rescoring::poll);
  }

  private void execute(TrainingRun run) {
    new RunExecution(
            "Training " + run.runId(),
            spark.sparkContext(),
            Interruption.unwanted(ledger.ledger(), run, stopping),
            progress)
        .execute(
            reached -> {
              TrainingJob.Result result = job.execute(run, reached);
              return new RunExecution.Outcome(
                  () -> ledger.succeed(run, result.version().version(), result.promotion()),
                  result.promotion());
            },
            reason -> ledger.fail(run, reason));
  }
}
