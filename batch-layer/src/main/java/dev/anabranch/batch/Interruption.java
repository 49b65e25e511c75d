package dev.anabranch.batch;

import dev.anabranch.lakehouse.lake.Ledger;
import dev.anabranch.lakehouse.lake.Run;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a run that is being executed: once it no longer runs in the ledger (somebody cancelled
 * it), or the service is to stop, its Spark jobs are cancelled and no further step begins.
 */
final class Interruption<R extends Run<R>> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Interruption.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final SparkContext spark;
  private final Ledger<R> ledger;
  private final R run;
  private final BooleanSupplier stopping;
  private final String group;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean interrupted;

  /** Thrown between steps of a run that is not to go on. */
  static final class InterruptedRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private Interruption(SparkContext spark, Ledger<R> ledger, R run, BooleanSupplier stopping) {
    this.spark = spark;
    this.ledger = ledger;
    this.run = run;
    this.stopping = stopping;
    this.group = run.runId() + "/" + run.attempt();
  }

  /** Watches the Spark jobs that this thread starts from now on. */
  static <R extends Run<R>> Interruption<R> watch(
      SparkContext spark, Ledger<R> ledger, R run, BooleanSupplier stopping) {
    Interruption<R> interruption = new Interruption<>(spark, ledger, run, stopping);
    spark.setJobGroup(interruption.group, "run " + run.runId(), true);
    Thread watch = new Thread(interruption::lookUntilClosed, "interruption");
    watch.setDaemon(true);
    watch.start();
    return interruption;
  }

  private void lookUntilClosed() {
    try {
      while (!closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      if (isDue()) {
        interrupted = true;
        spark.cancelJobGroup(group);
      }
    } catch (RuntimeException e) {
      LOG.warn("Cannot see whether run {} was cancelled: {}", run.runId(), e.toString());
    }
  }

  /** Whether the run is not to go on. */
  boolean isDue() {
    if (interrupted || stopping.getAsBoolean()) {
      return true;
    }
    ledger.refresh();
    return !ledger.isRunning(run);
  }

  /** Ends the run here where it is not to go on. */
  void check() {
    if (isDue()) {
      throw new InterruptedRunException();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    spark.clearJobGroup();
  }
}
