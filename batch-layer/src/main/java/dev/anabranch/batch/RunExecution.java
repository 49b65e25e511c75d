package dev.anabranch.batch;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does a piece of work, step by step, and has written down how it ended. Work that is cancelled, or
 * whose service is to stop, ends without a word.
 */
final class RunExecution {
  private static final Logger LOG = LoggerFactory.getLogger(RunExecution.class);

  private final String name;
  private final SparkContext spark;
  private final BooleanSupplier unwanted;
  private final Progress progress;

  /**
   * @param name as in "Maintenance X failed"
   * @param unwanted whether it is not to go on
   */
  RunExecution(String name, SparkContext spark, BooleanSupplier unwanted, Progress progress) {
    this.name = name;
    this.spark = spark;
    this.unwanted = unwanted;
    this.progress = progress;
  }

  /**
   * What the work came to.
   *
   * @param succeed writes it down; false where it was cancelled meanwhile
   * @param said in words
   */
  record Outcome(BooleanSupplier succeed, String said) {}

  /** The work, which tells the given consumer of each step; that throws where it is to end. */
  @FunctionalInterface
  interface Work {
    Outcome execute(Consumer<String> reached);
  }

  /**
   * Does the work.
   *
   * @param fail writes down why it failed
   */
  void execute(Work work, Consumer<String> fail) {
    StepTimes times = new StepTimes();
    try (Interruption interruption = Interruption.watch(spark, name, unwanted)) {
      try {
        Outcome outcome =
            work.execute(
                step -> {
                  times.reached(step);
                  progress.reached(step);
                  interruption.check();
                });
        if (outcome.succeed().getAsBoolean()) {
          LOG.info("{} succeeded: {}, {}", name, outcome.said(), times);
        }
      } catch (Interruption.InterruptedRunException e) {
        LOG.info("{} does not go on", name);
      } catch (Exception | OutOfMemoryError e) {
        if (interruption.isDue() || spark.isStopped()) {
          LOG.info("{} does not go on", name);
          return;
        }
        String reason = Failures.reason(e, times.last());
        LOG.error("{} failed: {}", name, reason, e);
        fail.accept(reason);
        if (e instanceof OutOfMemoryError error) {
          throw error; // Who knows what else broke: a new process goes on.
        }
      }
    }
  }
}
