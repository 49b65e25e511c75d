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
 * Watches work that is being done: once it is unwanted (somebody cancelled the run, or the service
 * is to stop), its Spark jobs are cancelled and no further step begins.
 */
final class Interruption implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Interruption.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final SparkContext spark;
  private final String work;
  private final BooleanSupplier unwanted;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean interrupted;

  /** Thrown between steps of work that is not to go on. */
  static final class InterruptedRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private Interruption(SparkContext spark, String work, BooleanSupplier unwanted) {
    this.spark = spark;
    this.work = work;
    this.unwanted = unwanted;
  }

  /**
   * Watches the Spark jobs that this thread starts from now on.
   *
   * @param work names it, as in "Training 7"; no other work of the time has that name
   */
  static Interruption watch(SparkContext spark, String work, BooleanSupplier unwanted) {
    Interruption interruption = new Interruption(spark, work, unwanted);
    spark.setJobGroup(work, work, true);
    Thread watch = new Thread(interruption::lookUntilClosed, "interruption");
    watch.setDaemon(true);
    watch.start();
    return interruption;
  }

  /** Tells whether an attempt no longer runs in its ledger, or the service is to stop. */
  static <R extends Run<R>> BooleanSupplier unwanted(
      Ledger<R> ledger, R run, BooleanSupplier stopping) {
    return () -> {
      if (stopping.getAsBoolean()) {
        return true;
      }
      ledger.refresh();
      return !ledger.isRunning(run);
    };
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
        spark.cancelJobGroup(work);
      }
    } catch (RuntimeException e) {
      LOG.warn("Cannot see whether {} was cancelled: {}", work, e.toString());
    }
  }

  /** Whether the work is not to go on. */
  boolean isDue() {
    return interrupted || unwanted.getAsBoolean();
  }

  /** Ends the work here where it is not to go on. */
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
