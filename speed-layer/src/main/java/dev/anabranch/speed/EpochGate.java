package dev.anabranch.speed;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a stream stop between epochs: stopping a query interrupts its thread, and an epoch that is
 * interrupted would be done again at the next start.
 */
public final class EpochGate {
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  /**
   * Runs an epoch, unless the gate is closed: then waits until the query's thread is interrupted.
   */
  public void run(Runnable epoch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (!closed) {
        epoch.run();
        return;
      }
    } finally {
      lock.unlock();
    }
    Thread.sleep(Long.MAX_VALUE);
  }

  /** Waits for the epoch that runs, and lets no other begin. */
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }
}
