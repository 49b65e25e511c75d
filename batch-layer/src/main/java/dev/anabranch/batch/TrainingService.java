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
 * Executes the training that the ledger says is running, whoever asked for it. It shares the thread
 * of the {@link BatchService}: no batch run goes on meanwhile.
 */
final class TrainingService {
  private final SparkSession spark;
  private final TrainingLedger ledger;
  private final TrainingJob job;
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
    this.stopping = stopping;
    this.progress = progress;
  }

  /** Executes the training that is running, if one is. */
  void poll() {
    ledger.ledger().refresh();
    ledger.ledger().running().ifPresent(this::execute);
  }

  private void execute(TrainingRun run) {
    new RunExecution<>("Training", spark.sparkContext(), ledger.ledger(), stopping, progress)
        .execute(
            run,
            reached -> {
              TrainingJob.Result result = job.execute(run, reached);
              return new RunExecution.Outcome(
                  () -> ledger.succeed(run, result.version().version(), result.promotion()),
                  result.promotion());
            },
            reason -> ledger.fail(run, reason));
  }
}
