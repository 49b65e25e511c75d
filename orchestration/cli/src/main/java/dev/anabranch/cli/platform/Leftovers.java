package dev.anabranch.cli.platform;

import dev.anabranch.cli.failure.CommandFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Processes of an earlier launcher that was killed: they end by themselves when their life line
 * breaks, and hold ports and locks until then.
 */
final class Leftovers {

  private Leftovers() {}

  /**
   * Waits until none is left; those that do not end within the limit are killed.
   *
   * @param specs the parts; a process belongs to one when its command line ends like the part's
   */
  static void await(List<PartSpec> specs, Duration limit, Consumer<String> progress)
      throws InterruptedException {
    List<ProcessHandle> left = ProcessHandle.allProcesses().filter(p -> isOne(p, specs)).toList();
    if (left.isEmpty()) {
      return;
    }
    progress.accept(
        "Waiting for %d processes of a launcher that was killed".formatted(left.size()));
    if (!gone(left, limit)) {
      left.forEach(ProcessHandle::destroyForcibly);
      if (!gone(left, Duration.ofSeconds(5))) {
        throw CommandFailure.failed(
            "Processes of an earlier launcher do not end: %s. End them, then start again."
                .formatted(
                    left.stream().filter(ProcessHandle::isAlive).map(ProcessHandle::pid).toList()));
      }
    }
  }

  private static boolean isOne(ProcessHandle process, List<PartSpec> specs) {
    String line = process.info().commandLine().orElse("");
    return specs.stream().anyMatch(spec -> line.endsWith(" " + spec.identity()));
  }

  private static boolean gone(List<ProcessHandle> processes, Duration limit)
      throws InterruptedException {
    CompletableFuture<?>[] ends =
        processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Waiting for processes failed", e);
    }
  }
}
