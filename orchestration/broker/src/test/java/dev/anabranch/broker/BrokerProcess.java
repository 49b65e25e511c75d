package dev.anabranch.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A broker in a process of its own, as the launcher runs it. */
final class BrokerProcess implements AutoCloseable {

  private final Process process;
  private final Path log;

  private BrokerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts a broker and returns when it says READY. */
  static BrokerProcess start(Path folder, BrokerSettings settings) throws Exception {
    Path file = folder.resolve("broker.properties");
    Files.writeString(
        file,
        "folder=%s\nport=%d\ncontroller_port=%d\ntopic=%s\npartitions=%d\nwarm_up_topic=%s\n"
            .formatted(
                settings.folder(),
                settings.port(),
                settings.controllerPort(),
                settings.topic(),
                settings.partitions(),
                settings.warmUpTopic()));
    Path log = folder.resolve("broker.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx320m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    BrokerMain.class.getName(),
                    file.toString()))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    BrokerProcess broker = new BrokerProcess(process, log);
    try {
      broker.awaitReady();
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
    return broker;
  }

  private void awaitReady()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> readLine(output));
    String first = line.get(60, TimeUnit.SECONDS);
    if (!first.startsWith("READY {")) {
      throw new IllegalStateException("Not READY but '" + first + "': " + Files.readString(log));
    }
  }

  private static String readLine(BufferedReader output) {
    try {
      String line = output.readLine();
      return line == null ? "end of output" : line;
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Ends its standard input and returns its exit code. */
  int endInput() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("Still there 20 s after its input ended");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
