package dev.anabranch.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.airflow.AirflowClient;
import dev.anabranch.airflow.AirflowSettings;
import dev.anabranch.airflow.Credentials;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The stack of this repository under a project name and on ports of its own, so that a stack that
 * somebody uses is not touched. The secrets are those of {@code infra/.env}.
 */
final class TestStack implements AutoCloseable {
  static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

  private static final String PROJECT = "anabranch-test";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> environment = new TreeMap<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final long began = System.nanoTime();

  TestStack() throws IOException {
    environment.put("COMPOSE_PROJECT_NAME", PROJECT);
    for (String port :
        List.of(
            "API_PORT",
            "KAFKA_PORT",
            "MINIO_PORT",
            "MINIO_CONSOLE_PORT",
            "SPARK_MASTER_PORT",
            "AIRFLOW_PORT",
            "MLFLOW_PORT",
            "POSTGRES_PORT",
            "PROMETHEUS_PORT")) {
      environment.put(port, Integer.toString(freePort()));
    }
    // Runs come when the test asks for them.
    environment.put("BATCH_SCHEDULE", "");
    environment.put("MAINTENANCE_SCHEDULE", "");
    // So few events make few leads that are hotter.
    environment.put("HOT_FROM", "0.3");
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** A line for who waits, with the time since the beginning. */
  void say(String what) {
    System.out.printf("[stack %4d s] %s%n", (System.nanoTime() - began) / 1_000_000_000, what);
  }

  /**
   * Runs a command of {@code ./anabranch}. Not by the script, whose build waits for the one that
   * runs this test.
   *
   * @return what it printed on standard output
   */
  String anabranch(Duration limit, String... arguments) throws IOException, InterruptedException {
    Path cli = HOME.resolve("orchestration/cli/target");
    String jar;
    try (var jars = Files.newDirectoryStream(cli, "anabranch-cli-*.jar")) {
      jar = jars.iterator().next().toString();
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-Danabranch.home=" + HOME);
    command.add("-cp");
    command.add(jar + ":" + Files.readString(cli.resolve("class-path")));
    command.add("dev.anabranch.cli.Main");
    command.addAll(List.of(arguments));
    return run(limit, command);
  }

  /** All containers are there and healthy, or have done what they had to. */
  boolean isReady() throws IOException, InterruptedException {
    JsonNode status = JSON.readTree(anabranch(Duration.ofMinutes(1), "stack", "status", "--json"));
    return status.path("state").asText().equals("running");
  }

  void kill(String service) throws IOException, InterruptedException {
    docker("kill", container(service));
  }

  void startAgain(String service) throws IOException, InterruptedException {
    docker("start", container(service));
  }

  /** The end of a container's log. */
  String log(String service) throws IOException, InterruptedException {
    return docker("logs", "--tail", "40", container(service));
  }

  /** What Docker still has of the project: containers, volumes and networks. */
  List<String> leftovers() throws IOException, InterruptedException {
    String label = "label=com.docker.compose.project=" + PROJECT;
    List<String> all = new ArrayList<>();
    all.addAll(docker("ps", "--all", "--quiet", "--filter", label).lines().toList());
    all.addAll(docker("volume", "ls", "--quiet", "--filter", label).lines().toList());
    all.addAll(docker("network", "ls", "--quiet", "--filter", label).lines().toList());
    return all;
  }

  JsonNode get(String target) throws IOException, InterruptedException {
    return get("API_PORT", target);
  }

  /** What MLflow answers, below {@code /api/2.0/mlflow/}. */
  JsonNode mlflow(String target) throws IOException, InterruptedException {
    return get("MLFLOW_PORT", "/api/2.0/mlflow/" + target);
  }

  private JsonNode get(String port, String target) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + environment.get(port) + target))
            .timeout(Duration.ofSeconds(30))
            .build();
    return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  /** The brokers, from here. */
  String kafka() {
    return "127.0.0.1:" + environment.get("KAFKA_PORT");
  }

  /** The database of profiles and hot leads. */
  Connection postgresql() throws IOException, SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%s/anabranch".formatted(environment.get("POSTGRES_PORT")),
        "anabranch",
        secrets().getProperty("POSTGRES_ANABRANCH_PASSWORD"));
  }

  /** Everything that all containers wrote. */
  String logs() throws IOException, InterruptedException {
    String file = HOME.resolve("infra/docker-compose.yml").toString();
    return docker("compose", "--file", file, "--profile", "full", "logs", "--no-color");
  }

  /** What {@code stack up} has made, by name. */
  Properties secrets() throws IOException {
    Properties secrets = new Properties();
    try (Reader file = Files.newBufferedReader(HOME.resolve("infra/.env"))) {
      secrets.load(file);
    }
    return secrets;
  }

  AirflowClient airflow() throws IOException {
    Properties secrets = secrets();
    return new AirflowClient(
        AirflowSettings.of(
            URI.create("http://127.0.0.1:" + environment.get("AIRFLOW_PORT")),
            new Credentials("anabranch", secrets.getProperty("AIRFLOW_ANABRANCH_PASSWORD"))));
  }

  private String container(String service) throws IOException, InterruptedException {
    String file = HOME.resolve("infra/docker-compose.yml").toString();
    return docker("compose", "--file", file, "--profile", "full", "ps", "--all", "--quiet", service)
        .strip();
  }

  private String docker(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return run(Duration.ofMinutes(2), command);
  }

  private String run(Duration limit, List<String> command)
      throws IOException, InterruptedException {
    Path err = Files.createTempFile("stack", ".err");
    Path out = Files.createTempFile("stack", ".out");
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      Process process =
          builder
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectError(err.toFile())
              .redirectOutput(out.toFile())
              .start();
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "%s takes longer than %s: %s".formatted(command, limit, text(err)));
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException(
            "%s ended with %d: %s%s".formatted(command, process.exitValue(), text(out), text(err)));
      }
      return Files.readString(out);
    } finally {
      Files.delete(err);
      Files.delete(out);
    }
  }

  private static String text(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    return text.length() > 8_000 ? "..." + text.substring(text.length() - 8_000) : text;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Takes away all that is left of it, its data too. */
  @Override
  public void close() {
    try {
      if (!leftovers().isEmpty()) {
        anabranch(Duration.ofMinutes(3), "stack", "down", "--volumes");
      }
    } catch (IOException | RuntimeException e) {
      System.out.println("The stack could not be taken down: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
