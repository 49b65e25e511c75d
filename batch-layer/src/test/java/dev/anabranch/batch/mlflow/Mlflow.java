package dev.anabranch.batch.mlflow;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * A real MLflow as a child process on the loopback address, on SQLite. Where it is not installed,
 * the test that asks for it is skipped, and says so.
 */
final class Mlflow implements AutoCloseable {
  private static final String SCRIPT = "infra/mlflow/prepare";

  private final Path program;
  private final Path folder;
  private final int port;
  private Process server;

  private Mlflow(Path program, Path folder, int port) {
    this.program = program;
    this.folder = folder;
    this.port = port;
  }

  /** One that does not run yet. */
  static Mlflow at(Path folder) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Mlflow(program(), folder, socket.getLocalPort());
    }
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Starts it, with what it had. */
  void start() throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
            program.toString(),
            "server",
            "--host",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--workers",
            "1",
            "--serve-artifacts",
            "--backend-store-uri",
            "sqlite:///" + folder.resolve("mlflow.db"),
            "--artifacts-destination",
            folder.resolve("artifacts").toString());
    command
        .environment()
        .putAll(
            Map.of(
                "MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false", "MLFLOW_DISABLE_TELEMETRY", "true"));
    server =
        command
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("mlflow.log").toFile()))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    Awaitility.await("MLflow answers; see " + folder.resolve("mlflow.log"))
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(200))
        .until(this::isReady);
  }

  private boolean isReady() throws InterruptedException {
    if (!server.isAlive()) {
      throw new IllegalStateException("MLflow ended: see " + folder.resolve("mlflow.log"));
    }
    HttpRequest health =
        HttpRequest.newBuilder(url().resolve("/health")).timeout(Duration.ofSeconds(5)).build();
    try {
      return HttpClient.newHttpClient()
              .send(health, HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** Ends it and its workers at once. */
  void kill() {
    if (server == null) {
      return;
    }
    Stream.concat(Stream.of(server.toHandle()), server.descendants())
        .toList()
        .forEach(
            process -> {
              process.destroyForcibly();
              process.onExit().join();
            });
  }

  /** The script alone knows where it is. */
  private static Path program() throws IOException {
    Path script =
        Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
            .map(above -> above.resolve(SCRIPT))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("No " + SCRIPT + " above this folder"));
    Process asked = new ProcessBuilder(script.toString(), "--path").start();
    Path program;
    try (BufferedReader answer = asked.inputReader(StandardCharsets.UTF_8)) {
      program = Path.of(answer.readLine());
    }
    if (!Files.isExecutable(program)) {
      String message =
          "SKIPPED, nothing was tested: no MLflow at %s; run %s, which installs it"
              .formatted(program, SCRIPT);
      // Past the runner, which keeps what tests print in files that nobody opens.
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)
          .println(message);
      Assumptions.abort(message);
    }
    return program;
  }
}
