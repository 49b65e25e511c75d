package dev.anabranch.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server that runs on a data folder, as the folder's lock file tells. */
final class RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private RunningServer() {}

  /** Whether one runs on the folder. */
  static boolean isOn(Path folder) throws IOException {
    return of(folder).isPresent();
  }

  /**
   * Ends the server on a folder, if one runs there: it has outlived the process that started it.
   *
   * @throws IOException it does not end
   */
  static void end(Path folder) throws IOException, InterruptedException {
    Optional<ProcessHandle> server = of(folder);
    if (server.isPresent()) {
      LOG.warn("Ending server {}, which outlived the process that started it", server.get().pid());
      interrupt(server.get());
    }
  }

  /** The process that the folder's lock names, where it is one of PostgreSQL. */
  private static Optional<ProcessHandle> of(Path folder) throws IOException {
    Path lock = folder.resolve("postmaster.pid");
    if (!Files.exists(lock)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(lock);
    // A file that was just made is empty; that server is another start's concern.
    if (lines.isEmpty() || !lines.get(0).strip().matches("[1-9][0-9]{0,17}")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
        .filter(ProcessHandle::isAlive)
        .filter(it -> it.info().command().orElse("").endsWith("/postgres"));
  }

  /** The signal of a fast shutdown: sessions are broken off, and what is committed is on disk. */
  private static void interrupt(ProcessHandle server) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(server.pid())).inheritIO().start().waitFor();
    try {
      server.onExit().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException(
          "PostgreSQL server %d of an earlier start does not end within %d s; end it, then start again"
              .formatted(server.pid(), LIMIT.toSeconds()),
          e);
    }
  }
}
