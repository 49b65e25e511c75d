package dev.anabranch.cli.command;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Turns Ctrl-C, SIGTERM and a hang-up into an interrupt of the thread that works, and holds the
 * process's end back until that thread has stopped everything in order.
 */
final class StopSignal {

  /** Five parts at 27 s each would be more than anyone waits; usually it is a few seconds. */
  private static final Duration LIMIT = Duration.ofSeconds(140);

  private StopSignal() {}

  /** What runs until it is done or interrupted; an interrupt leaves nothing behind. */
  interface Work {

    /** Returns the process's exit code. */
    int run() throws IOException, InterruptedException;
  }

  /**
   * Works in this thread.
   *
   * @param interrupted the exit code when the process is asked to end
   * @return the exit code
   */
  static int during(Work work, int interrupted) throws IOException {
    // An interrupt in the middle of its first use would leave logging broken.
    LoggerFactory.getILoggerFactory();
    Thread worker = Thread.currentThread();
    CountDownLatch finished = new CountDownLatch(1);
    Thread hook = new Thread(() -> stop(worker, finished, interrupted), "stop-signal");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.run();
    } catch (InterruptedException e) {
      System.err.println("Asked to stop: all parts have ended.");
      return interrupted;
    } finally {
      finished.countDown();
    }
  }

  private static void stop(Thread worker, CountDownLatch finished, int exitCode) {
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
