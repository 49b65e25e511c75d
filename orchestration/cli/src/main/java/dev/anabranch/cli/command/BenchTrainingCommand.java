package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.bench.TrainingBench;
import dev.anabranch.cli.options.PlatformFlags;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench training}. */
@Command(
    name = "training",
    mixinStandardHelpOptions = true,
    description = "A training, from the request to its end, after a batch run over its events.")
final class BenchTrainingCommand extends Bench {

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Distinct events to train on (default: ${DEFAULT-VALUE}).")
  private long events;

  @Mixin private PlatformFlags flags;

  @Override
  boolean scoring() {
    return true;
  }

  @Override
  Set<String> without() {
    return Set.of("kappa", "scoring");
  }

  /** A batch run that starts by itself would take the training's thread. */
  @Override
  Config flags() {
    return flags.over(Map.of("serving.port", 0, "batch.every", "never"));
  }

  @Override
  ObjectNode measure(EmbeddedPlatform platform) throws IOException, InterruptedException {
    return new TrainingBench(
            platform,
            new Api(platform.status().addresses().serving(), ""),
            events,
            seed,
            Clock.systemUTC(),
            System.err::println)
        .run();
  }
}
