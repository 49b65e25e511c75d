package dev.anabranch.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Docker compose on the stack's file. */
final class Compose {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Every service is in one of these. */
  private static final List<String> ALL = List.of("--profile", "full", "--profile", "grafana");

  private static final Pattern USED = Pattern.compile("^\\s*([0-9.]+)(B|KiB|MiB|GiB)");

  private final Path file;

  Compose(Path file) {
    this.file = file;
  }

  /**
   * Makes sure that docker compose is there and has an engine.
   *
   * @throws CommandFailure it is not
   */
  static void require() throws InterruptedException {
    try {
      run(List.of("docker", "compose", "version"), ProcessBuilder.Redirect.DISCARD);
      run(List.of("docker", "info"), ProcessBuilder.Redirect.DISCARD);
    } catch (CommandFailure e) {
      throw CommandFailure.failed(
          "The stack needs Docker with the compose plugin, and a running engine that you may use: %s. See https://docs.docker.com/engine/install; ./anabranch up runs the platform without."
              .formatted(e.getMessage()),
          e);
    }
  }

  /** Builds what has changed and starts what does not run yet; returns before it is ready. */
  void up(String profile) throws InterruptedException {
    // Who has an Airflow lets it say when: batch runs go through it, and maintenance is its DAG's.
    // The batch service is of both profiles, so it hears here of what full has.
    Map<String, String> orders =
        profile.equals("full")
            ? Map.of(
                "AIRFLOW_URL",
                "http://airflow-api:8080",
                "MAINTENANCE_EVERY",
                "never",
                "POSTGRESQL_URL",
                "jdbc:postgresql://postgres:5432/anabranch",
                "MLFLOW_URL",
                "http://mlflow:5000")
            : Map.of();
    show(List.of("--profile", profile, "up", "--build", "--detach", "--remove-orphans"), orders);
  }

  /**
   * Removes all containers.
   *
   * @param volumes and all data
   */
  void down(boolean volumes) throws InterruptedException {
    List<String> arguments = new ArrayList<>(ALL);
    arguments.addAll(List.of("down", "--remove-orphans"));
    if (volumes) {
      arguments.add("--volumes");
    }
    show(arguments, Map.of());
  }

  /** All containers, those that have ended too, by name. */
  List<Service> services() throws InterruptedException {
    List<String> arguments = new ArrayList<>(ALL);
    arguments.addAll(List.of("ps", "--all", "--format", "json"));
    List<Service> services = new ArrayList<>();
    // A line for each, or one array, by the version of compose.
    try (MappingIterator<JsonNode> documents =
        MAPPER
            .readerFor(JsonNode.class)
            .readValues(run(command(arguments), ProcessBuilder.Redirect.PIPE))) {
      while (documents.hasNext()) {
        JsonNode next = documents.next();
        for (JsonNode one : next.isArray() ? next : List.of(next)) {
          services.add(
              new Service(
                  one.path("Service").asText(),
                  one.path("State").asText(),
                  one.path("Health").asText(),
                  one.path("ExitCode").asInt()));
        }
      }
    } catch (IOException e) {
      throw CommandFailure.failed("docker compose ps answers what is no JSON: " + e.getMessage());
    }
    services.sort(Comparator.comparing(Service::name));
    return services;
  }

  /** What the containers that run take together, in MiB. */
  long memoryMebibytes() throws InterruptedException {
    List<String> list = new ArrayList<>(ALL);
    list.addAll(List.of("ps", "--quiet"));
    List<String> containers =
        run(command(list), ProcessBuilder.Redirect.PIPE)
            .lines()
            .filter(id -> !id.isBlank())
            .toList();
    if (containers.isEmpty()) {
      throw CommandFailure.notRunning("The stack does not run; ./anabranch stack up starts it.");
    }
    List<String> stats =
        new ArrayList<>(List.of("docker", "stats", "--no-stream", "--format", "{{.MemUsage}}"));
    stats.addAll(containers);
    return Math.round(
        run(stats, ProcessBuilder.Redirect.PIPE).lines().mapToDouble(Compose::mebibytes).sum());
  }

  /** Of a line as {@code 123.4MiB / 896MiB} the first. */
  static double mebibytes(String usage) {
    Matcher used = USED.matcher(usage);
    if (!used.find()) {
      throw CommandFailure.failed("docker stats answers \"" + usage + "\", which is no memory.");
    }
    double number = Double.parseDouble(used.group(1));
    return switch (used.group(2)) {
      case "B" -> number / (1 << 20);
      case "KiB" -> number / 1024;
      case "GiB" -> number * 1024;
      default -> number;
    };
  }

  /** The end of a service's log. */
  String log(String service) throws InterruptedException {
    List<String> arguments = new ArrayList<>(ALL);
    arguments.addAll(List.of("logs", "--no-color", "--no-log-prefix", "--tail", "20", service));
    return run(command(arguments), ProcessBuilder.Redirect.PIPE);
  }

  private List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "compose", "--file", file.toString()));
    command.addAll(arguments);
    return command;
  }

  /**
   * Runs it with its own progress on standard error: standard output is for results.
   *
   * @param defaults variables for the file, where the environment has none
   */
  private void show(List<String> arguments, Map<String, String> defaults)
      throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$0\" \"$@\" >&2"));
    command.addAll(command(arguments));
    try {
      ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
      defaults.forEach(builder.environment()::putIfAbsent);
      Process process = builder.start();
      int code = process.waitFor();
      if (code != 0) {
        throw CommandFailure.failed(
            "docker compose %s ended with exit code %d; see above."
                .formatted(String.join(" ", arguments), code));
      }
    } catch (IOException e) {
      throw CommandFailure.failed("docker cannot be run: " + e.getMessage(), e);
    }
  }

  private static String run(List<String> command, ProcessBuilder.Redirect output)
      throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(output)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw CommandFailure.failed(
            "%s ended with exit code %d".formatted(String.join(" ", command), code));
      }
      return text;
    } catch (IOException e) {
      throw CommandFailure.failed("docker cannot be run: " + e.getMessage(), e);
    }
  }
}
