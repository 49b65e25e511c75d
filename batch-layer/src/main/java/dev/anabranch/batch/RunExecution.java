package dev.anabranch.batch;

import dev.anabranch.lakehouse.lake.Ledger;
import dev.anabranch.lakehouse.lake.Run;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes an attempt of a run that its ledger says is running, and writes down how it ended. An
 * attempt that is cancelled, or whose service is to stop, ends without a word in the ledger.
 *
 * @param <R> the kind of run
 */
final class RunExecution<R extends Run<R>> {
  private static final Logger LOG = LoggerFactory.getLogger(RunExecution.class);

  private final String kind;
  private final SparkContext spark;
  private final Ledger<R> ledger;
  private final BooleanSupplier stopping;
  private final Progress progress;

  /**
   * @param kind as in "Maintenance X failed"
   */
  RunExecution(
      String kind,
      SparkContext spark,
      Ledger<R> ledger,
      BooleanSupplier stopping,
      Progress progress) {
    this.kind = kind;
    this.spark = spark;
    this.ledger = ledger;
    this.stopping = stopping;
    this.progress = progress;
  }

  /**
   * What an attempt came to.
   *
   * @param succeed writes it into the ledger; false where the attempt no longer runs
   * @param said in words
   */
  record Outcome(BooleanSupplier succeed, String said) {}

  /** The work, which tells the given consumer of each step; that throws where it is to end. */
  @FunctionalInterface
  interface Work {
    Outcome execute(Consumer<String> reached);
  }

  void execute(R run, Work work, Consumer<String> fail) {
    StepTimes times = new StepTimes();
    try (Interruption<R> interruption = Interruption.watch(spark, ledger, run, stopping)) {
      try {
        Outcome outcome =
            work.execute(
                step -> {
                  times.reached(step);
                  progress.reached(step);
                  interruption.check();
                });
        if (outcome.succeed().getAsBoolean()) {
          LOG.info("{} {} succeeded: {}, {}", kind, run.runId(), outcome.said(), times);
        }
      } catch (Interruption.InterruptedRunException e) {
        LOG.info("{} {} does not go on", kind, run.runId());
      } catch (Exception | OutOfMemoryError e) {
        if (interruption.isDue() || spark.isStopped()) {
          LOG.info("{} {} does not go on", kind, run.runId());
          return;
        }
        String reason = Failures.reason(e, times.last());
        LOG.error("{} {} failed: {}", kind, run.runId(), reason, e);
        fail.accept(reason);
        if (e instanceof OutOfMemoryError error) {
          throw error; // Who knows what else broke: a new process goes on.
        }
      }
    }
  }
}
