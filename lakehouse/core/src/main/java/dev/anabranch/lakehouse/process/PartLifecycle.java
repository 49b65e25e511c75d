package dev.anabranch.lakehouse.process;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How a part of the platform lives: it says on standard output when it is ready, and it ends,
 * gracefully, when its standard input reaches the end (the launcher holds the other end, so a part
 * never outlives its launcher) or on SIGTERM.
 */
public final class PartLifecycle {
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private PartLifecycle() {}

  /** Begins to watch standard input and signals. Without a launcher pass {@code /dev/null} not. */
  public static PartLifecycle start() {
    PartLifecycle lifecycle = new PartLifecycle();
    Thread lifeLine = new Thread(() -> lifecycle.drain(System.in), "life-line");
    lifeLine.setDaemon(true);
    lifeLine.start();
    Runtime.getRuntime().addShutdownHook(new Thread(lifecycle::onShutdown, "shutdown"));
    return lifecycle;
  }

  /** Tells the launcher that the part serves; the document is JSON on one line. */
  public void ready(String json) {
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

  /** Asks the part to stop, from inside. */
  public void requestStop() {
    stop.countDown();
  }

  /** The part has closed everything: the process ends with this exit code. */
  public void exit(int code) {
    stop.countDown();
    stopped.countDown();
    System.err.flush();
    Runtime.getRuntime().halt(code);
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
      if (!stopped.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("Did not stop within " + GRACE.toSeconds() + " s: halting.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }
}
