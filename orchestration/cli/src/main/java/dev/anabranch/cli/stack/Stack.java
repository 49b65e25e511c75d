package dev.anabranch.cli.stack;

import dev.anabranch.airflow.AirflowClient;
import dev.anabranch.airflow.AirflowException;
import dev.anabranch.airflow.AirflowSettings;
import dev.anabranch.airflow.Credentials;
import dev.anabranch.airflow.model.LogLine;
import dev.anabranch.airflow.model.RunKey;
import dev.anabranch.airflow.model.TaskInstance;
import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The stack of this repository on this machine's Docker engine. */
public final class Stack {

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int LOG_LINES = 30;

  /** The database's name, and its owner's. */
  private static final String DATABASE = "anabranch";

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final Path infra;
  private final StackEnvironment environment;
  private final Compose compose;

  private Stack(Path infra) {
    this.infra = infra;
    this.environment = new StackEnvironment(infra.resolve(".env"), System.getenv());
    this.compose = new Compose(infra.resolve("docker-compose.yml"));
  }

  /**
   * That of the repository that this process was built from.
   *
   * @throws CommandFailure it was not started by {@code ./anabranch}
   */
  public static Stack ofThisProcess() {
    String home = System.getProperty("anabranch.home", "");
    if (home.isEmpty()) {
      throw CommandFailure.failed(
          "The system property anabranch.home is not set, so infra/docker-compose.yml cannot be found; start the command with ./anabranch.");
    }
    return new Stack(Path.of(home).resolve("infra"));
  }

  /** Where something is reached from this machine. */
  public record Address(String name, String address, String access) {}

  /** Where things are reached, whether they run or not. */
  public List<Address> addresses() {
    String secrets = infra.resolve(".env").toString();
    List<Address> all = new ArrayList<>();
    all.add(new Address("API", apiUrl(), "changing calls: API_TOKEN in " + secrets));
    all.add(new Address("Kafka", kafka().bootstrapServers(), "topic " + kafka().topic()));
    all.add(new Address("MinIO, S3", local("MINIO_PORT", "19000"), "bucket anabranch"));
    all.add(
        new Address("MinIO", local("MINIO_CONSOLE_PORT", "19001"), "root, MINIO_ROOT_PASSWORD"));
    all.add(new Address("Spark", local("SPARK_MASTER_PORT", "18080"), "-"));
    all.add(
        new Address(
            "Airflow (full)", local("AIRFLOW_PORT", "18081"), "admin, AIRFLOW_ADMIN_PASSWORD"));
    all.add(new Address("MLflow (full)", local("MLFLOW_PORT", "15000"), "-"));
    all.add(
        new Address(
            "PostgreSQL (full)", postgresqlUrl(), "anabranch, POSTGRES_ANABRANCH_PASSWORD"));
    all.add(new Address("Prometheus (full)", local("PROMETHEUS_PORT", "19090"), "-"));
    return all;
  }

  private String local(String port, String byDefault) {
    return "http://127.0.0.1:" + environment.value(port).orElse(byDefault);
  }

  /** The base URL of the API. */
  public String apiUrl() {
    return local("API_PORT", "8080");
  }

  /** Where events go. */
  public PlatformAddress kafka() {
    return new PlatformAddress(
        "127.0.0.1:" + environment.value("KAFKA_PORT").orElse("19092"), "events");
  }

  /**
   * The database of profiles and hot leads, as reached from this machine; empty: none answers, as
   * in the profile core.
   */
  public Optional<Settings.Postgresql> postgresql() {
    Optional<String> password = environment.value("POSTGRES_ANABRANCH_PASSWORD");
    if (password.isEmpty() || !answers(postgresqlPort())) {
      return Optional.empty();
    }
    return Optional.of(
        new Settings.Postgresql(
            Optional.of(postgresqlUrl()), DATABASE, Optional.of(secretFile(password.get()))));
  }

  private String postgresqlUrl() {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(postgresqlPort(), DATABASE);
  }

  private int postgresqlPort() {
    String port = environment.value("POSTGRES_PORT").orElse("15432");
    try {
      return Integer.parseInt(port);
    } catch (NumberFormatException e) {
      throw CommandFailure.failed(
          "POSTGRES_PORT is %s; it must be the number of a port. It stands in %s, or in the environment."
              .formatted(port, environment.file()));
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
          Math.toIntExact(BETWEEN_LOOKS.toMillis()));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Settings name files; this one is its owner's alone and ends with the process. */
  private static Path secretFile(String secret) {
    try {
      Path file = Files.createTempFile("anabranch", ".secret");
      file.toFile().deleteOnExit();
      return Files.writeString(file, secret);
    } catch (IOException e) {
      throw CommandFailure.failed("Cannot write a temporary file: " + e.getMessage(), e);
    }
  }

  /** The URI of the tables' folder, inside the stack. */
  public String lake() {
    return "s3a://anabranch/lake";
  }

  /** The API, with the right to change things. */
  public Api api() {
    return new Api(apiUrl(), environment.value("API_TOKEN").orElse(""));
  }

  /**
   * The end of what Airflow's task wrote about a batch run, or why it cannot be had; empty where
   * Airflow has no such run.
   */
  public String taskLog(String runId) throws InterruptedException {
    Optional<String> password = environment.value("AIRFLOW_ANABRANCH_PASSWORD");
    if (password.isEmpty()) {
      return "";
    }
    URI url = URI.create(local("AIRFLOW_PORT", "18081"));
    AirflowClient airflow =
        new AirflowClient(AirflowSettings.of(url, new Credentials("anabranch", password.get())));
    try {
      StringBuilder text = new StringBuilder();
      for (TaskInstance task : airflow.tasks(new RunKey("anabranch_batch", runId))) {
        List<LogLine> lines = airflow.log(task.key(), Math.max(1, task.tryNumber()));
        lines.stream()
            .skip(Math.max(0, lines.size() - LOG_LINES))
            .forEach(line -> text.append(line).append(System.lineSeparator()));
      }
      return text.toString();
    } catch (AirflowException e) {
      return e.category() == AirflowException.Category.NOT_FOUND
          ? ""
          : "Airflow's log cannot be had: " + e.getMessage();
    }
  }

  /** The memory that its containers take now, as Docker counts it, in MiB. */
  public long memoryMebibytes() throws InterruptedException {
    Compose.require();
    return compose.memoryMebibytes();
  }

  /** All containers, by name; empty where the stack is down. */
  public List<Service> services() throws InterruptedException {
    Compose.require();
    return compose.services();
  }

  /**
   * Starts everything of a profile, and returns when it is ready.
   *
   * @param waiting is told, about once a second, what is waited for
   * @throws CommandFailure something failed or was not ready in time
   */
  public void up(String profile, Consumer<List<Service>> waiting) throws InterruptedException {
    Compose.require();
    if (environment.complete()) {
      System.err.println("Made secrets in " + environment.file() + ", which git ignores.");
    }
    compose.up(profile);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      List<Service> services = compose.services();
      Optional<Service> failed = services.stream().filter(Service::hasFailed).findFirst();
      if (failed.isPresent()) {
        throw failure(failed.get(), "has failed");
      }
      List<Service> open = services.stream().filter(service -> !service.isReady()).toList();
      if (open.isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw failure(open.get(0), "was not ready within %d min".formatted(LIMIT.toMinutes()));
      }
      waiting.accept(open);
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
  }

  private CommandFailure failure(Service service, String what) throws InterruptedException {
    return CommandFailure.failed(
        "Service %s %s (%s). The stack goes on as it is; ./anabranch stack down ends it. The end of its log:%n%s"
            .formatted(service.name(), what, service.text(), compose.log(service.name())));
  }

  /**
   * Ends and removes all containers, of every profile.
   *
   * @param volumes and all data
   */
  public void down(boolean volumes) throws InterruptedException {
    Compose.require();
    if (environment.complete()) {
      // Compose reads the whole file before it does anything.
      System.err.println("Made secrets in " + environment.file() + ", which git ignores.");
    }
    compose.down(volumes);
  }
}
