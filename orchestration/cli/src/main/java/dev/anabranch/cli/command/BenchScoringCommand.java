package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.bench.ScoringBench;
import dev.anabranch.cli.options.PlatformFlags;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench scoring}. */
@Command(
    name = "scoring",
    mixinStandardHelpOptions = true,
    description = {
      "From Kafka append to the record of the hot lead, with every part running.",
      "Trains a model and promotes it first."
    })
final class BenchScoringCommand extends Bench {

  @Mixin private LiveLoad load;

  @Option(
      names = "--history",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Events that the model is trained on (default: ${DEFAULT-VALUE}).")
  private long history;

  @Mixin private PlatformFlags flags;

  @Override
  boolean scoring() {
    return true;
  }

  /** These visitors seldom reach the usual threshold, and each hot lead is a measurement. */
  @Override
  Config flags() {
    return flags.over(Map.of("serving.port", 0, "scoring.hot_from", 0.2));
  }

  @Override
  ObjectNode measure(EmbeddedPlatform platform) throws IOException, InterruptedException {
    return new ScoringBench(
            platform,
            new Api(platform.status().addresses().serving(), ""),
            new ScoringBench.Plan(load.rate(), load.warmUp(), load.length(), history, seed),
            Clock.systemUTC(),
            System.err::println)
        .run();
  }
}
