package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.bench.ScoringThroughputBench;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench scoring-throughput}. */
@Command(
    name = "scoring-throughput",
    mixinStandardHelpOptions = true,
    description =
        "Catch-up of the scoring stream with a champion, beside that of the speed layer, in one"
            + " run.")
final class BenchScoringThroughputCommand extends Bench {

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Distinct events in the topic (default: ${DEFAULT-VALUE}).")
  private long events;

  @Option(
      names = "--history",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Of these, events that the model is trained on (default: ${DEFAULT-VALUE}).")
  private long history;

  private ScoringThroughputBench bench;

  @Override
  boolean scoring() {
    return true;
  }

  @Override
  Config flags() {
    return ConfigFactory.parseMap(Map.of("serving.port", 0), "command line");
  }

  @Override
  Optional<Set<String>> preparedWithout() {
    return Optional.of(Set.of("kappa", "scoring"));
  }

  @Override
  Set<String> without() {
    return Set.of("speed", "kappa", "batch", "scoring", "serving");
  }

  @Override
  void prepare(EmbeddedPlatform platform) throws InterruptedException {
    bench =
        new ScoringThroughputBench(history, events, seed, Clock.systemUTC(), System.err::println);
    bench.prepare(platform, new Api(platform.status().addresses().serving(), ""));
  }

  @Override
  ObjectNode measure(EmbeddedPlatform platform) throws IOException, InterruptedException {
    return bench.run(platform);
  }
}
