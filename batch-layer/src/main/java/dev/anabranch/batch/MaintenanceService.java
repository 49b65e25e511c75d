package dev.anabranch.batch;

import dev.anabranch.batch.maintenance.MaintenanceJob;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.MaintenanceLedger;
import dev.anabranch.lakehouse.lake.MaintenanceRun;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Executes the maintenance that the ledger says is running, whoever asked for it, and asks for it
 * itself on a schedule. It shares the thread of the {@link BatchService}: no batch run goes on
 * meanwhile.
 */
final class MaintenanceService {
  private final SparkSession spark;
  private final MaintenanceLedger ledger;
  private final MaintenanceJob job;
  private final Optional<Schedule> schedule;
  private final BooleanSupplier stopping;
  private final Supplier<List<Path>> rollBack;
  private final Progress progress;

  /**
   * @param rollBack makes the tables of batch runs stand as the published run left them, and names
   *     them
   * @param progress is told of each step
   */
  MaintenanceService(
      SparkSession spark,
      Storage storage,
      Settings settings,
      Clock clock,
      BooleanSupplier stopping,
      Supplier<List<Path>> rollBack,
      Progress progress) {
    LakeLayout lake = new LakeLayout(settings.lake().uri());
    this.spark = spark;
    this.ledger = MaintenanceLedger.open(storage, lake, clock);
    this.job = new MaintenanceJob(spark, storage, lake, settings, clock);
    this.schedule = settings.maintenance().every().map(period -> new Schedule(period, clock));
    this.stopping = stopping;
    this.rollBack = rollBack;
    this.progress = progress;
  }

  /** Executes the run that is running; without one, asks for the run that is due. */
  void poll() {
    ledger.ledger().refresh();
    Optional<MaintenanceRun> running = ledger.ledger().running();
    if (running.isPresent()) {
      execute(running.get());
    } else if (schedule.isPresent() && schedule.get().isDue()) {
      ledger.claim(Optional.empty());
    }
  }

  private void execute(MaintenanceRun run) {
    new RunExecution(
            "Maintenance " + run.runId(),
            spark.sparkContext(),
            Interruption.unwanted(ledger.ledger(), run, stopping),
            progress)
        .execute(
            reached -> {
              MaintenanceRun.Figures figures = job.execute(rollBack.get(), reached);
              return new RunExecution.Outcome(
                  () -> ledger.succeed(run, figures), figures.toString());
            },
            reason -> ledger.fail(run, reason));
  }
}
