package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.BatchRuns;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.JsonOption;
import dev.anabranch.cli.options.PlatformOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code batch run} and {@code batch list}. */
@Command(
    name = "batch",
    mixinStandardHelpOptions = true,
    description = "Asks for a batch run, or lists the runs.",
    subcommands = {BatchCommand.Run.class, BatchCommand.ListRuns.class},
    synopsisSubcommandLabel = "COMMAND")
public final class BatchCommand {

  /** {@code batch run}: one run, waited for. */
  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      description = {
        "Asks for one batch run and waits for its end.",
        "The id of a run that failed or was cancelled resumes it; that of one which runs or has"
            + " succeeded never makes a second one."
      })
  static final class Run implements Callable<Integer> {

    @Mixin private PlatformOptions platform;
    @Mixin private JsonOption json;

    @Option(
        names = "--run-id",
        paramLabel = "ID",
        description = "1 to 250 of A-Z a-z 0-9 _ . ~ : + - (default: the platform makes one).")
    private String runId = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
      requireHope("batch");
      if (platform.isWithout("speed")) {
        System.err.println(
            "The platform runs without the speed layer, whose epochs a batch run ends at: this run goes"
                + " no further than the last epoch that there is. Start it without --without speed.");
      }
      JsonNode run = run(RunningApi.of(platform), runId, this::requireHope);
      System.out.println(json.wanted() ? run.toString() : text(run));
      if (run.path("state").asText().equals("succeeded")) {
        return CommandFailure.DONE;
      }
      if (platform.stack().isPresent()) {
        System.err.print(platform.stack().get().taskLog(run.path("run_id").asText()));
      }
      return CommandFailure.FAILED;
    }

    private void requireHope(String part) {
      platform.requireHope(part);
    }

    private static String text(JsonNode run) {
      String result =
          "Batch run %s %s: %s records below its boundary = %s events + %s copies + %s quarantined."
              .formatted(
                  run.path("run_id").asText(),
                  run.path("state").asText(),
                  run.path("records").asText("?"),
                  run.path("events").asText("?"),
                  run.path("duplicates").asText("?"),
                  run.path("quarantined").asText("?"));
      return run.path("error").isTextual() ? result + "\n" + run.path("error").asText() : result;
    }
  }

  /** {@code batch list}: newest first. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the batch runs, the newest first.")
  static final class ListRuns implements Callable<Integer> {

    @Mixin private PlatformOptions platform;
    @Mixin private JsonOption json;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "20",
        description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() throws IOException, InterruptedException {
      Limits.require(limit);
      JsonNode list = RunningApi.of(platform).get("/v1/batch-runs?limit=" + limit);
      System.out.print(json.wanted() ? list + "\n" : text(list.path("batch_runs")));
      return CommandFailure.DONE;
    }

    private static String text(JsonNode runs) {
      Table table =
          new Table(
              "RUN", "STATE", "STARTED", "FINISHED", "RECORDS", "EVENTS", "COPIES", "QUARANTINED");
      for (JsonNode run : runs) {
        table.add(
            run.path("run_id").asText(),
            run.path("state").asText(),
            run.path("started_at").asText("-"),
            run.path("finished_at").asText("-"),
            run.path("records").asText("-"),
            run.path("events").asText("-"),
            run.path("duplicates").asText("-"),
            run.path("quarantined").asText("-"));
      }
      return table.toString();
    }
  }

  /**
   * Asks for a run and waits for its end.
   *
   * @param runId empty lets the platform choose
   * @param hope throws where a part, by its name, can do nothing for the run
   * @return the run, which is no longer running
   * @throws CommandFailure another run is on, or the platform does not answer
   */
  static JsonNode run(Api api, String runId, Consumer<String> hope) throws InterruptedException {
    String id;
    try {
      id = BatchRuns.ask(api, runId);
    } catch (CommandFailure e) {
      if (e.exitCode() == CommandFailure.NOT_RUNNING) {
        // A run begins at an epoch of the speed layer: without that, asking again is in vain.
        hope.accept("speed");
      }
      throw e;
    }
    Waiting waiting = new Waiting("batch run " + id, System.err);
    return BatchRuns.end(
        api,
        id,
        run -> {
          hope.accept("batch");
          waiting.tick(run.path("state").asText());
        });
  }
}
