package dev.anabranch.airflow.server;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.airflow.AirflowClient;
import dev.anabranch.airflow.AirflowException;
import dev.anabranch.airflow.AirflowSettings;
import dev.anabranch.airflow.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Airflow as it runs in earnest, lean: API server, scheduler with a LocalExecutor, DAG processor,
 * on SQLite. No triggerer.
 */
public final class AirflowServer implements AutoCloseable {

  /** May do all that the client does. */
  public static final Credentials USER = new Credentials("anabranch", "correct-horse-battery");

  /** May look only. */
  public static final Credentials VIEWER = new Credentials("onlooker", "stapled-to-the-fence");

  private final Path venv;
  private final Path folder;
  private final Map<String, String> environment;
  private final List<Process> processes = new ArrayList<>();
  private final URI url;

  private AirflowServer(Path venv, Path folder, Map<String, String> additional) throws IOException {
    this.venv = venv;
    this.folder = folder;
    int port = freePort();
    this.url = URI.create("http://127.0.0.1:" + port);
    this.environment = Environment.of(folder, url, additional);
  }

  /**
   * Starts all parts and returns when they are healthy.
   *
   * @param additional what the DAGs read
   */
  public static AirflowServer start(Path venv, Path folder, Map<String, String> additional)
      throws Exception {
    AirflowServer server = new AirflowServer(venv, folder, additional);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    try {
      server.migrate();
      server.startParts();
    } catch (Exception | Error e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** Where its API is. */
  public URI url() {
    return url;
  }

  /** A client of this server. */
  public AirflowClient client(Credentials credentials) {
    return new AirflowClient(AirflowSettings.of(url, credentials));
  }

  private void migrate() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve(Environment.PASSWORDS),
        new ObjectMapper()
            .writeValueAsString(
                Map.of(USER.user(), USER.password(), VIEWER.user(), VIEWER.password())));
    Process migration = airflow("db", "migrate");
    if (!migration.waitFor(90, TimeUnit.SECONDS) || migration.exitValue() != 0) {
      throw new IllegalStateException("No database: " + log("db"));
    }
  }

  private void startParts() throws IOException {
    List<Process> parts =
        List.of(
            airflow("api-server", "--host", "127.0.0.1", "--port", String.valueOf(url.getPort())),
            airflow("scheduler", "--skip-serve-logs"),
            airflow("dag-processor"));
    AirflowClient client = client(USER);
    await("Airflow is healthy")
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(250))
        .until(
            () -> {
              if (!parts.stream().allMatch(Process::isAlive)) {
                throw new IllegalStateException(
                    log("api-server") + log("scheduler") + log("dag-processor"));
              }
              try {
                return client.health().runsTasks();
              } catch (AirflowException e) {
                return false;
              }
            });
  }

  private Process airflow(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(venv.resolve("bin/airflow").toString());
    builder.command().addAll(List.of(command));
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("AIRFLOW_") || name.startsWith("ANABRANCH_"));
    builder.environment().putAll(environment);
    Process process =
        builder
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(command[0] + ".log").toFile())
            .start();
    processes.add(process);
    return process;
  }

  /** What a part printed. */
  public String log(String part) throws IOException {
    Path file = folder.resolve(part + ".log");
    return Files.exists(file) ? file + ":\n" + Files.readString(file) : "";
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    ProcessTree.end(List.copyOf(processes));
  }
}
