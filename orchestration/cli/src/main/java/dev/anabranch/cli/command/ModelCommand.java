package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.Trainings;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.JsonOption;
import dev.anabranch.cli.options.PlatformOptions;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model train}, {@code list}, {@code show}, {@code promote} and {@code rollback}. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = "Trains models that say which leads will buy, and shows and promotes them.",
    subcommands = {
      ModelCommand.Train.class,
      ModelCommand.ListModels.class,
      ModelCommand.Show.class,
      ModelCommand.Promote.class,
      ModelCommand.RollBack.class,
      ModelEvaluateCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class ModelCommand {

  private static final String MODELS = "/v1/models";

  /** {@code model train}: one training, waited for. */
  @Command(
      name = "train",
      mixinStandardHelpOptions = true,
      description = {
        "Trains on the events of the newest batch run, and waits for the end.",
        "The model is promoted where it is good enough and not worse than the champion."
      })
  static final class Train implements Callable<Integer> {

    @Mixin private PlatformOptions platform;
    @Mixin private JsonOption json;

    @Option(
        names = "--run-id",
        paramLabel = "ID",
        description = "1 to 250 of A-Z a-z 0-9 _ . ~ : + - (default: the platform makes one).")
    private String runId = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
      platform.requireHope("batch");
      Api api = RunningApi.of(platform);
      JsonNode training = train(api, runId, platform::requireHope);
      boolean succeeded = training.path("state").asText().equals("succeeded");
      if (json.wanted()) {
        System.out.println(training);
      } else {
        System.out.printf(
            "Training %s %s. %s%n",
            training.path("run_id").asText(),
            training.path("state").asText(),
            training.path("outcome").asText(""));
        if (succeeded) {
          System.out.print(card(api.get(MODELS + "/" + training.path("version").asLong())));
        }
      }
      return succeeded ? CommandFailure.DONE : CommandFailure.FAILED;
    }
  }

  /** {@code model list}: newest first. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the models, the newest first.")
  static final class ListModels implements Callable<Integer> {

    @Mixin private PlatformOptions platform;
    @Mixin private JsonOption json;

    @Override
    public Integer call() throws IOException, InterruptedException {
      JsonNode all = RunningApi.of(platform).get(MODELS);
      System.out.print(json.wanted() ? all + "\n" : text(all.path("models")));
      return CommandFailure.DONE;
    }

    private static String text(JsonNode models) {
      Table table =
          new Table(
              "MODEL", "CHAMPION", "ALGORITHM", "REGISTERED", "AUC", "PR AUC", "LOG LOSS", "LIFT");
      for (JsonNode model : models) {
        table.add(
            model.path("version").asText(),
            model.path("champion").asBoolean() ? "yes" : "",
            model.path("algorithm").asText(),
            model.path("registered_at").asText(),
            figure(model.path("auc")),
            figure(model.path("pr_auc")),
            figure(model.path("log_loss")),
            figure(model.path("lift_top_decile")));
      }
      return table.toString();
    }
  }

  /** What the commands for one model share. */
  private abstract static class OneModel implements Callable<Integer> {

    @Mixin private PlatformOptions platform;
    @Mixin private JsonOption json;

    @Override
    public final Integer call() throws IOException, InterruptedException {
      JsonNode model = ask(RunningApi.of(platform));
      System.out.print(json.wanted() ? model + "\n" : card(model));
      return CommandFailure.DONE;
    }

    abstract JsonNode ask(Api api) throws InterruptedException;
  }

  /** {@code model show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows what a model was made of and what it is worth; --json shows its card.")
  static final class Show extends OneModel {

    @Parameters(paramLabel = "MODEL", description = "Its number.")
    private long version;

    @Override
    JsonNode ask(Api api) throws InterruptedException {
      return api.get(MODELS + "/" + version);
    }
  }

  /** {@code model promote}. */
  @Command(
      name = "promote",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a model the champion.",
        "Refused where it is below training.least_auc or training.least_lift, no better than the"
            + " base rate, or below the champion."
      })
  static final class Promote extends OneModel {

    @Parameters(paramLabel = "MODEL", description = "Its number.")
    private long version;

    @Option(names = "--reason", paramLabel = "TEXT", description = "For the audit.")
    private String reason = "";

    @Override
    JsonNode ask(Api api) throws InterruptedException {
      return api.post(MODELS + "/" + version + "/promote", body(reason)).body();
    }
  }

  /** {@code model rollback}. */
  @Command(
      name = "rollback",
      mixinStandardHelpOptions = true,
      description = "Makes the champion before this one the champion again.")
  static final class RollBack extends OneModel {

    @Option(names = "--reason", paramLabel = "TEXT", description = "For the audit.")
    private String reason = "";

    @Override
    JsonNode ask(Api api) throws InterruptedException {
      return api.post(MODELS + "/rollback", body(reason)).body();
    }
  }

  /**
   * Asks for a training and waits for its end.
   *
   * @param runId empty lets the platform choose
   * @param hope throws where a part, by its name, can do nothing for it
   * @return the training, which is no longer running
   * @throws CommandFailure another one is on, or the platform does not answer
   */
  static JsonNode train(Api api, String runId, Consumer<String> hope) throws InterruptedException {
    String id = Trainings.ask(api, runId);
    Waiting waiting = new Waiting("training " + id, System.err);
    return Trainings.end(
        api,
        id,
        training -> {
          hope.accept("batch");
          waiting.tick(training.path("state").asText());
        });
  }

  private static String body(String reason) {
    return reason.isEmpty()
        ? ""
        : new ObjectMapper().createObjectNode().put("reason", reason).toString();
  }

  private static String card(JsonNode model) {
    return "Model %s%s, of batch run %s%n"
            .formatted(
                model.path("version").asText(),
                model.path("champion").asBoolean() ? " (champion)" : "",
                model.at("/card/data/batch_run").asText())
        + figures(model.path("card"));
  }

  /** What a card says, in words. */
  static String figures(JsonNode card) {
    JsonNode metrics = card.path("metrics");
    return """
      %s: %s
      trained on %s rows of %s events, tested on %s later rows of which %s%% led to a purchase
      AUC %s, PR AUC %s (the base rate alone: 0.5 and %s)
      log loss %s (the base rate alone: %s), calibration error %s
      the tenth with the highest scores holds %s times the base rate
    """
        .formatted(
            card.path("algorithm").asText(),
            card.path("label").asText(),
            card.path("training_rows").asText(),
            card.path("events").asText(),
            metrics.path("rows").asText(),
            String.format(Locale.ROOT, "%.1f", 100 * metrics.path("base_rate").asDouble()),
            figure(metrics.path("auc")),
            figure(metrics.path("pr_auc")),
            figure(metrics.path("base_rate")),
            figure(metrics.path("log_loss")),
            figure(metrics.path("log_loss_baseline")),
            figure(metrics.path("calibration_error")),
            figure(metrics.path("lift_top_decile")));
  }

  private static String figure(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.4f", value.asDouble()) : "-";
  }
}
