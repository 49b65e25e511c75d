package dev.anabranch.batch;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.RunState;
import dev.anabranch.lakehouse.lake.SpeedEpochs;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the run that the ledger says is running, whoever asked for it, and asks for runs itself
 * on a schedule. A run that was running when the service died is executed again when it starts.
 * Confined to one thread.
 */
final class BatchService {
  private static final Logger LOG = LoggerFactory.getLogger(BatchService.class);

  private final SparkSession spark;
  private final RunLedger ledger;
  private final SpeedEpochs epochs;
  private final RunJob job;
  private final KafkaRetry kafka;
  private final Optional<Schedule> schedule;
  private final BooleanSupplier stopping;
  private final Progress progress;

  /**
   * @param stopping whether the service is to stop; a run that executes then is left running in the
   *     ledger
   * @param progress is told of each step of each run
   */
  BatchService(
      SparkSession spark,
      Storage storage,
      Settings settings,
      Clock clock,
      BooleanSupplier stopping,
      Progress progress) {
    LakeLayout lake = new LakeLayout(settings.lake().uri());
    this.spark = spark;
    this.ledger = RunLedger.open(storage, lake, clock);
    this.epochs = new SpeedEpochs(storage, lake);
    this.job = new RunJob(spark, storage, lake, settings.kafka(), ledger, epochs);
    this.kafka = new KafkaRetry(settings.kafka(), Duration.ofSeconds(60), clock);
    this.schedule = settings.batch().every().map(period -> new Schedule(period, clock));
    this.stopping = stopping;
    this.progress = progress;
  }

  /**
   * Executes the run that is running; without one, asks for the run that is due.
   *
   * @return whether it executed one
   */
  boolean poll() {
    ledger.refresh();
    Optional<BatchRun> running = ledger.ledger().running();
    if (running.isPresent()) {
      execute(running.get());
    } else if (schedule.isPresent() && schedule.get().isDue()) {
      request();
    }
    return running.isPresent();
  }

  /** Whether somebody has asked for a run. May be called from any thread. */
  boolean isRunWaiting() {
    ledger.refresh();
    return ledger.ledger().running().isPresent();
  }

  /**
   * Takes what runs that did not come to their end wrote out of the tables, so that every file
   * which answers come from is one that its table names.
   *
   * @return the tables
   */
  List<Path> rollBack() {
    ledger.refresh();
    job.rollBack(ledger.published());
    return job.tables();
  }

  /** Whether the speed layer has begun, so that a run has a boundary. */
  boolean hasEpochs() {
    return epochs.newest().isPresent();
  }

  /** A scheduled run, unless there is nothing new or another one runs. */
  private void request() {
    Optional<EpochHeader> newest = epochs.newest();
    boolean anythingNew =
        newest.isPresent()
            && !ledger
                .published()
                .map(run -> run.boundary().reaches(newest.get().until()))
                .orElse(false);
    if (anythingNew) {
      ledger.claim(
          Optional.empty(),
          () -> new RunLedger.Boundary(newest.get().epoch(), newest.get().until()));
    }
  }

  private void execute(BatchRun run) {
    LOG.info("Run {}, attempt {}: boundary {}", run.runId(), run.attempt(), run.boundary());
    StepTimes times = new StepTimes();
    try (Interruption interruption =
        Interruption.watch(
            spark.sparkContext(),
            "Run " + run.runId(),
            Interruption.unwanted(ledger.ledger(), run, stopping))) {
      try {
        RunJob.Result result =
            kafka.attempt(
                () ->
                    job.execute(
                        run,
                        step -> {
                          times.reached(step);
                          progress.reached(step);
                          interruption.check();
                        }),
                interruption::check);
        publish(run, result, times);
      } catch (Interruption.InterruptedRunException e) {
        LOG.info("Run {} does not go on", run.runId());
      } catch (Exception | OutOfMemoryError e) {
        if (interruption.isDue() || spark.sparkContext().isStopped()) {
          LOG.info("Run {} does not go on", run.runId());
        } else {
          fail(run, times, e);
        }
        if (e instanceof OutOfMemoryError error) {
          // Who knows what else broke: a new process goes on.
          throw error;
        }
      }
    }
  }

  private void publish(BatchRun run, RunJob.Result result, StepTimes times) {
    if (ledger.finish(
        run,
        RunState.SUCCEEDED,
        Optional.of(result.figures()),
        result.versions(),
        Optional.empty())) {
      LOG.info("Run {} succeeded: {}, {}", run.runId(), result.figures(), times);
    } else {
      LOG.info("Run {} was cancelled at its end", run.runId());
    }
  }

  private void fail(BatchRun run, StepTimes times, Throwable cause) {
    String reason = Failures.reason(cause, times.last());
    LOG.error("Run {} failed: {}", run.runId(), reason, cause);
    ledger.finish(run, RunState.FAILED, Optional.empty(), new TreeMap<>(), Optional.of(reason));
  }
}
