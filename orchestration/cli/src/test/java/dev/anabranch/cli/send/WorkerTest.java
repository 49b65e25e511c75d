package dev.anabranch.cli.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WorkerTest {

  @Test
  void anInterruptIsKeptUntilAllIsDone() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Thread worker = new Thread(() -> awaitQuietly(end));
    worker.start();
    List<String> seen = new CopyOnWriteArrayList<>();
    Thread closing =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              Worker.awaitEnd(worker, () -> seen.add("rest: " + state(worker)));
              seen.add("behind: " + state(worker));
            });
    closing.start();
    // It waits although it is interrupted; one that gave up would be gone.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            closing::getState,
            state -> state != Thread.State.NEW && state != Thread.State.RUNNABLE);
    end.countDown();
    closing.join();
    assertThat(seen).containsExactly("rest: ended, not interrupted", "behind: ended, interrupted");
  }

  private static String state(Thread worker) {
    return (worker.isAlive() ? "alive" : "ended")
        + (Thread.currentThread().isInterrupted() ? ", interrupted" : ", not interrupted");
  }

  private static void awaitQuietly(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
