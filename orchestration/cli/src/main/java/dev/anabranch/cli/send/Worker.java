package dev.anabranch.cli.send;

/** How the thread of something that is being closed is ended. */
public final class Worker {
  private Worker() {}

  /**
   * Waits for a thread that has been told to end, however often the caller is interrupted
   * meanwhile, then does the rest. The caller is interrupted again only behind that: clients do not
   * close in order in a thread that is.
   */
  public static void awaitEnd(Thread thread, Runnable rest) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    try {
      rest.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
