package dev.anabranch.airflow.server;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process with all that it started. */
final class ProcessTree {

  private ProcessTree() {}

  /** Asks every process to end, by its id, and ends those that do not within 10 s. */
  static void end(List<Process> roots) {
    // Taken first: a child whose parent is gone is nobody's descendant.
    List<ProcessHandle> all =
        roots.stream()
            .map(Process::toHandle)
            .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
            .toList();
    all.forEach(ProcessHandle::destroy);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    try {
      for (Process root : roots) {
        root.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      all.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }
  }
}
