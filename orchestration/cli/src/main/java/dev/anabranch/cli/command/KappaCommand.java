package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.Patience;
import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kappa reprocess}. */
@Command(
    name = "kappa",
    mixinStandardHelpOptions = true,
    description = "Makes Kappa begin again from the start of the log.",
    subcommands = KappaCommand.Reprocess.class,
    synopsisSubcommandLabel = "COMMAND")
public final class KappaCommand {

  private static final String PIPELINE = "/v1/pipelines/kappa";

  /** {@code kappa reprocess}: a new generation, waited for. */
  @Command(
      name = "reprocess",
      mixinStandardHelpOptions = true,
      description = {
        "Asks for a new generation of the Kappa views, from the start of the log, and waits until"
            + " readers see it.",
        "They see the old one until then; the new one takes over only when it is not behind."
      })
  static final class Reprocess implements Callable<Integer> {

    @Mixin private DataOptions data;
    @Mixin private JsonOption json;

    @Override
    public Integer call() throws IOException, InterruptedException {
      Api api = RunningApi.of(data);
      long generation = api.post(PIPELINE + "/reprocess", "").body().path("generation").asLong();
      Waiting waiting = new Waiting("kappa generation " + generation, System.err);
      JsonNode kappa =
          Patience.DEFAULT.until(
              api,
              PIPELINE,
              answer -> ended(answer, generation),
              answer -> waiting.tick("reprocessing"));
      System.out.println(json.wanted() ? kappa.toString() : text(kappa));
      return took(kappa, generation) ? CommandFailure.DONE : CommandFailure.FAILED;
    }

    private static boolean ended(JsonNode kappa, long generation) {
      return took(kappa, generation) || kappa.path("state").asText().equals("failed");
    }

    private static boolean took(JsonNode kappa, long generation) {
      return kappa.path("generation").asLong() >= generation;
    }

    private static String text(JsonNode kappa) {
      return "Kappa is %s at generation %s, epoch %s; it left out %s late events."
          .formatted(
              kappa.path("state").asText(),
              kappa.path("generation").asText(),
              kappa.path("epoch").asText(),
              kappa.path("late_events_dropped").asText());
    }
  }
}
