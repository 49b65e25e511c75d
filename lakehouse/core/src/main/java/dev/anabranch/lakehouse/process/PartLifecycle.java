package dev.anabranch.lakehouse.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How a part of the platform lives: it says on standard output when it is ready, and it ends,
 * gracefully, when its standard input reaches the end (the launcher holds the other end, so a part
 * never outlives its launcher) or on SIGTERM. A part whose main thread dies of anything, or any
 * other thread of an error, ends with exit code 1: half a part looks alive and does nothing.
 */
public final class PartLifecycle {
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private PartLifecycle() {}

  /**
   * Begins to watch standard input, signals and the end of threads; to be called in the main
   * thread. Without a launcher pass {@code /dev/null} not.
   */
  public static PartLifecycle start() {
    PartLifecycle lifecycle = new PartLifecycle();
    Thread lifeLine = new Thread(() -> lifecycle.drain(System.in), "life-line");
    lifeLine.setDaemon(true);
    lifeLine.start();
    Runtime.getRuntime().addShutdownHook(new Thread(lifecycle::onShutdown, "shutdown"));
    Thread.currentThread().setUncaughtExceptionHandler(lifecycle::end);
    Thread.setDefaultUncaughtExceptionHandler(lifecycle::diedOf);
    return lifecycle;
  }

  /**
   * Tells the launcher that the part serves; the document is JSON on one line. Where there is no
   * launcher to read it, the system property {@code anabranch.ready_file} names a file that a
   * health check can look for: it gets the document too.
   *
   * @throws UncheckedIOException the file cannot be written
   */
  public void ready(String json) {
    String file = System.getProperty("anabranch.ready_file", "");
    if (!file.isEmpty()) {
      try {
        Files.writeString(Path.of(file), json);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    System.out.println("READY " + json);
    System.out.flush();
  }

  /** Whether the part was asked to stop. */
  public boolean stopping() {
    return stop.getCount() == 0;
  }

  /** Blocks until the part is asked to stop. */
  public void awaitStop() throws InterruptedException {
    stop.await();
  }

  /** Blocks until the part is asked to stop, at most so long; true if it was. */
  public boolean awaitStop(Duration limit) throws InterruptedException {
    return stop.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The part has closed everything: the process ends with this exit code. */
  public void exit(int code) {
    stop.countDown();
    stopped.countDown();
    System.err.flush();
    Runtime.getRuntime().halt(code);
  }

  private void diedOf(Thread thread, Throwable cause) {
    if (cause instanceof Error) {
      end(thread, cause);
    } else {
      System.err.println("Thread " + thread.getName() + " died:");
      cause.printStackTrace();
    }
  }

  private void end(Thread thread, Throwable cause) {
    try {
      System.err.println("Thread " + thread.getName() + " died, so this part ends:");
      cause.printStackTrace();
    } finally {
      exit(1);
    }
  }

  private void drain(InputStream lifeLine) {
    try {
      while (lifeLine.read() >= 0) {
        // Only the end matters.
      }
    } catch (IOException endsTheSameWay) {
      // A broken pipe is an end too.
    }
    stop.countDown();
    haltAfterGrace();
  }

  private void onShutdown() {
    stop.countDown();
    haltAfterGrace();
  }

  private void haltAfterGrace() {
    try {
      if (stopped.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        // Whoever exits halts with a code of its own, and must not be forestalled.
        new CountDownLatch(1).await();
      }
      System.err.println("Did not stop within " + GRACE.toSeconds() + " s: halting.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }
}
