package dev.anabranch.cli.platform;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a part. Its standard input is the life line: the launcher holds the other end, so the
 * part learns of the launcher's death, however that came about. Its first line {@code READY …} on
 * standard output says that it serves. Standard error goes to its log.
 */
final class PartProcess {

  private static final Logger log = LoggerFactory.getLogger(PartProcess.class);

  private static final String READY = "READY";

  /**
   * Ctrl-C in a terminal goes to every process of the group; the launcher stops its parts in order,
   * so they must not hear it. A JVM leaves a signal alone that is ignored when it starts.
   */
  private static final List<String> WITHOUT_TERMINAL_SIGNALS =
      List.of("/bin/sh", "-c", "trap '' INT HUP; exec nice -n \"$0\" \"$@\"");

  private final Process process;
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final long startedNanos = System.nanoTime();

  private PartProcess(Process process) {
    this.process = process;
  }

  /** Starts a process of the part that appends to the log. */
  static PartProcess start(PartSpec spec, LogFile logFile) throws IOException {
    List<String> command = new ArrayList<>(WITHOUT_TERMINAL_SIGNALS);
    command.add(Integer.toString(spec.niceness()));
    command.addAll(spec.command());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(logFile.path().toFile()));
    // A part takes its settings from its file alone, where these have been counted in already.
    builder.environment().keySet().removeIf(name -> name.startsWith("ANABRANCH_"));
    builder.environment().putAll(spec.environment());
    emptyFolder(spec.scratch());
    PartProcess part = new PartProcess(builder.start());
    Thread reader =
        new Thread(() -> part.readOutput(spec.name(), logFile), spec.name() + "-output");
    reader.setDaemon(true);
    reader.start();
    return part;
  }

  private static void emptyFolder(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    Files.createDirectories(folder);
  }

  private void readOutput(String name, LogFile logFile) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        logFile.append(line);
        if (line.equals(READY) || line.startsWith(READY + " ")) {
          ready.complete(line.substring(READY.length()).strip());
        }
      }
    } catch (IOException e) {
      log.debug("The output of {} broke off", name, e);
    }
  }

  long pid() {
    return process.pid();
  }

  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  /**
   * Waits until the part is ready.
   *
   * @return what it said beside READY, or empty when it ended before
   * @throws TimeoutException neither within the limit
   */
  Optional<String> awaitReady(Duration limit) throws InterruptedException, TimeoutException {
    CompletableFuture<Optional<String>> said = ready.thenApply(Optional::of);
    CompletableFuture<Optional<String>> ended = process.onExit().thenApply(p -> Optional.empty());
    try {
      return said.applyToEither(ended, either -> either)
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Waiting for a process failed", e);
    }
  }

  /** Waits for the end of the process and says how it ended. */
  String awaitEnd() throws InterruptedException {
    int code = process.waitFor();
    return code > 128
        ? "was killed by signal %d".formatted(code - 128)
        : "ended with exit code %d".formatted(code);
  }

  /** Ends the process at once and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /**
   * Asks the part to stop (end of its input), presses (SIGTERM) and in the end kills it. Returns
   * when it is gone.
   *
   * @return whether it stopped when asked, without more
   */
  boolean stop(StopLimits limits) throws InterruptedException {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      log.debug("The life line was broken already", e);
    }
    if (process.waitFor(limits.afterEndOfInput().toMillis(), TimeUnit.MILLISECONDS)) {
      return true;
    }
    process.destroy();
    if (!process.waitFor(limits.afterTerminate().toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
    }
    return false;
  }

  /**
   * How long a stop may take.
   *
   * @param afterEndOfInput from the end of its input to SIGTERM
   * @param afterTerminate from SIGTERM to kill -9
   */
  record StopLimits(Duration afterEndOfInput, Duration afterTerminate) {

    /** Parts promise to be gone 20 s after the end of their input. */
    static final StopLimits DEFAULT = new StopLimits(Duration.ofSeconds(22), Duration.ofSeconds(5));
  }
}
