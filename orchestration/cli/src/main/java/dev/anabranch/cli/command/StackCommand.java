package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.JsonOption;
import dev.anabranch.cli.stack.Service;
import dev.anabranch.cli.stack.Stack;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stack up|status|down}. */
@Command(
    name = "stack",
    mixinStandardHelpOptions = true,
    description = {
      "The full stack in containers: Kafka, MinIO, a Spark cluster, the platform's parts, scoring,"
          + " PostgreSQL, Airflow, MLflow and Prometheus.",
      "Other commands reach it with --stack."
    },
    subcommands = {StackCommand.Up.class, StackCommand.Status.class, StackCommand.Down.class},
    synopsisSubcommandLabel = "COMMAND")
public final class StackCommand {

  /** {@code stack up}: built, started, waited for. */
  @Command(
      name = "up",
      mixinStandardHelpOptions = true,
      description =
          "Builds the images, starts the stack and waits until it is ready; makes infra/.env with"
              + " random secrets where there is none.")
  static final class Up implements Callable<Integer> {

    enum Profile {
      core,
      full
    }

    @Mixin private JsonOption json;

    @Option(
        names = "--profile",
        paramLabel = "PROFILE",
        defaultValue = "full",
        description =
            "core: what the main job needs; full: scoring, PostgreSQL, Airflow, MLflow and Prometheus"
                + " too (default: ${DEFAULT-VALUE}).")
    private Profile profile;

    @Override
    public Integer call() throws InterruptedException {
      Stack stack = Stack.ofThisProcess();
      Waiting waiting = new Waiting("stack", System.err);
      stack.up(
          profile.name(),
          open ->
              waiting.tick(
                  "waiting for "
                      + open.stream().map(Service::name).collect(Collectors.joining(", "))));
      show(stack, stack.services(), json.wanted());
      return CommandFailure.DONE;
    }
  }

  /** {@code stack status}. */
  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "Shows the containers and the addresses; nothing running: exit code 3.")
  static final class Status implements Callable<Integer> {

    @Mixin private JsonOption json;

    @Override
    public Integer call() throws InterruptedException {
      showStatus(json.wanted());
      return CommandFailure.DONE;
    }
  }

  /** {@code stack down}. */
  @Command(
      name = "down",
      mixinStandardHelpOptions = true,
      description = "Ends and removes all containers; the data stay, unless told otherwise.")
  static final class Down implements Callable<Integer> {

    @Option(names = "--volumes", description = "Removes all data too.")
    private boolean volumes;

    @Override
    public Integer call() throws InterruptedException {
      Stack.ofThisProcess().down(volumes);
      System.out.println(
          volumes ? "The stack is down; its data are gone." : "The stack is down; its data stay.");
      return CommandFailure.DONE;
    }
  }

  /**
   * Shows the running stack.
   *
   * @throws CommandFailure it is down
   */
  static void showStatus(boolean json) throws InterruptedException {
    Stack stack = Stack.ofThisProcess();
    List<Service> services = stack.services();
    if (services.isEmpty()) {
      throw CommandFailure.notRunning("The stack is down; ./anabranch stack up starts it.");
    }
    show(stack, services, json);
  }

  private static void show(Stack stack, List<Service> services, boolean json) {
    System.out.println(json ? json(stack, services) : text(stack, services));
  }

  private static String text(Stack stack, List<Service> services) {
    Table parts = new Table("SERVICE", "STATE");
    services.forEach(service -> parts.add(service.name(), service.text()));
    Table addresses = new Table("WHERE", "ADDRESS", "ACCESS");
    stack.addresses().forEach(at -> addresses.add(at.name(), at.address(), at.access()));
    return parts + "\n" + addresses.toString().stripTrailing();
  }

  /** The same form as {@code status --json}, as far as it has a meaning here. */
  private static String json(Stack stack, List<Service> services) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    boolean running =
        services.stream().allMatch(s -> s.isDone() || s.text().matches("running(, healthy)?"));
    root.put("state", running ? "running" : "starting");
    ArrayNode parts = root.putArray("parts");
    for (Service service : services) {
      parts.addObject().put("name", service.name()).put("state", service.text());
    }
    root.putObject("serving").put("url", stack.apiUrl());
    root.putObject("kafka")
        .put("bootstrap_servers", stack.kafka().bootstrapServers())
        .put("topic", stack.kafka().topic());
    root.putObject("lake").put("uri", stack.lake());
    return root.toString();
  }
}
