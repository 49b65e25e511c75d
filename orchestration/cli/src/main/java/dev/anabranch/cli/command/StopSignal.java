package dev.anabranch.cli.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Turns Ctrl-C, SIGTERM and a hang-up into an interrupt of the thread that works, and holds the
 * process's end back until that thread has stopped everything in order.
 */
final class StopSignal implements AutoCloseable {

  /** Five parts at 27 s each would be more than anyone waits; usually it is a few seconds. */
  private static final Duration LIMIT = Duration.ofSeconds(140);

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final int exitCode;

  private StopSignal(int exitCode) {
    this.exitCode = exitCode;
  }

  /**
   * Watches from now on, for the current thread.
   *
   * @param exitCode what the process ends with when it was asked to
   */
  static StopSignal install(int exitCode) {
    // An interrupt in the middle of its first use would leave logging broken.
    LoggerFactory.getILoggerFactory();
    StopSignal signal = new StopSignal(exitCode);
    Runtime.getRuntime().addShutdownHook(new Thread(signal::onShutdown, "stop-signal"));
    return signal;
  }

  /** Blocks until the process is asked to end. */
  void await() throws InterruptedException {
    finished.await();
  }

  /** The work is over and everything is stopped: the process may end. */
  @Override
  public void close() {
    finished.countDown();
  }

  private void onShutdown() {
    if (finished.getCount() == 0) {
      return;
    }
    worker.interrupt();
    try {
      if (!finished.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("Not everything stopped within " + LIMIT.toSeconds() + " s.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode);
  }
}
