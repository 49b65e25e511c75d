package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.Patience;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.JsonOption;
import dev.anabranch.cli.options.PlatformOptions;
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
  private static final String VIEW = "/v1/views/activity?architecture=kappa&limit=1";

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

    @Mixin private PlatformOptions platform;
    @Mixin private JsonOption json;

    @Override
    public Integer call() throws IOException, InterruptedException {
      requireHope();
      Api api = RunningApi.of(platform);
      long generation = api.post(PIPELINE + "/reprocess", "").body().path("generation").asLong();
      Waiting waiting = new Waiting("kappa generation " + generation, System.err);
      Patience.DEFAULT.until(
          api,
          VIEW,
          view -> seen(view) >= generation,
          view -> {
            requireHope();
            waiting.tick("being made");
          });
      // What the stream says of itself is a second or two older than what readers see.
      JsonNode kappa =
          Patience.DEFAULT.until(
              api,
              PIPELINE,
              pipeline -> pipeline.path("generation").asLong() >= generation,
              pipeline -> requireHope());
      System.out.println(json.wanted() ? kappa.toString() : text(kappa, generation));
      return CommandFailure.DONE;
    }

    private void requireHope() {
      platform.requireHope("kappa");
    }

    /** The generation that readers see. */
    private static long seen(JsonNode view) {
      return view.path("as_of").path("kappa_generation").asLong();
    }

    private static String text(JsonNode kappa, long generation) {
      return "Readers see generation %d of Kappa: epoch %s; it left out %s late events."
          .formatted(
              generation, kappa.path("epoch").asText(), kappa.path("late_events_dropped").asText());
    }
  }
}
