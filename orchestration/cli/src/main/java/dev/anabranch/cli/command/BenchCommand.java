package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.bench.FreshnessBench;
import dev.anabranch.cli.bench.Target;
import dev.anabranch.cli.bench.ThroughputBench;
import dev.anabranch.cli.options.PlatformFlags;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.stack.Stack;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench}: what each of its commands measures. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures the platform on this machine, each on a platform of its own.",
    subcommands = {
      BenchCommand.OfFreshness.class,
      BenchCommand.OfThroughput.class,
      BenchScoringCommand.class,
      BenchScoringThroughputCommand.class,
      BenchTrainingCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand {

  /** {@code bench freshness}. */
  @Command(
      name = "freshness",
      mixinStandardHelpOptions = true,
      description = {
        "From Kafka append to the answer that holds the event, with every part running.",
        "Also the time of a request for a day of one-minute windows, the memory in use, and the"
            + " time from the command to the first answer."
      })
  static final class OfFreshness extends Bench {

    @Mixin private LiveLoad load;

    @Option(
        names = "--history",
        paramLabel = "N",
        defaultValue = "100000",
        description = "Events of the day before (default: ${DEFAULT-VALUE}).")
    private long history;

    @Option(
        names = "--stack",
        description = "Measures the stack that runs, with the data that it has.")
    private boolean stack;

    @Mixin private PlatformFlags flags;

    @Override
    Optional<Target> running() {
      return stack ? Optional.of(Target.of(Stack.ofThisProcess())) : Optional.empty();
    }

    @Override
    Config flags() {
      return flags.over(Map.of("serving.port", 0));
    }

    @Override
    ObjectNode measure(EmbeddedPlatform platform) throws IOException, InterruptedException {
      return measure(Target.of(platform));
    }

    @Override
    ObjectNode measure(Target target) throws IOException, InterruptedException {
      Api api = stack ? Stack.ofThisProcess().api() : new Api(target.serving(), "");
      return new FreshnessBench(
              target,
              api,
              new FreshnessBench.Plan(
                  load.rate(), load.warmUp(), load.length(), history, seed, !stack),
              Clock.systemUTC(),
              System.err::println)
          .run();
    }
  }

  /** {@code bench throughput}. */
  @Command(
      name = "throughput",
      mixinStandardHelpOptions = true,
      description =
          "Catch-up of the speed layer, beside the same Spark job without any sink, in one run.")
  static final class OfThroughput extends Bench {

    @Option(
        names = "--events",
        paramLabel = "N",
        defaultValue = "1000000",
        description = "Distinct events in the topic (default: ${DEFAULT-VALUE}).")
    private long events;

    @Override
    Set<String> without() {
      return Set.of("speed", "kappa", "batch", "serving");
    }

    @Override
    ObjectNode measure(EmbeddedPlatform platform) throws IOException, InterruptedException {
      return new ThroughputBench(platform, events, seed, Clock.systemUTC(), System.err::println)
          .run();
    }
  }
}
