package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.cli.bench.Target;
import dev.anabranch.cli.bench.Wanted;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.platform.EmbeddedPlatform.Plan;
import dev.anabranch.cli.platform.PlatformFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * A measurement on a platform of its own, in a folder that is gone afterwards. Exit code 1 where a
 * figure is not what it must be.
 */
abstract class Bench implements Callable<Integer> {

  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "What everything random follows from (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Also writes the JSON document to a file.")
  private Optional<Path> out = Optional.empty();

  @Override
  public final Integer call() throws IOException {
    return StopSignal.during(this::run, CommandFailure.FAILED);
  }

  abstract ObjectNode measure(EmbeddedPlatform platform) throws IOException, InterruptedException;

  /** The platform that runs already, where one of those is measured. */
  Optional<Target> running() {
    return Optional.empty();
  }

  ObjectNode measure(Target running) throws IOException, InterruptedException {
    throw new UnsupportedOperationException("Only a platform of its own is measured");
  }

  Config flags() {
    return ConfigFactory.empty();
  }

  Set<String> without() {
    return Set.of();
  }

  /** Whether the parts that score leads are among those that may run. */
  boolean scoring() {
    return false;
  }

  /** Parts that are not to run while a platform on the same folder is prepared; none: no need. */
  Optional<Set<String>> preparedWithout() {
    return Optional.empty();
  }

  /** Fills the folder, by a platform that is stopped before what is measured starts. */
  void prepare(EmbeddedPlatform platform) throws IOException, InterruptedException {}

  private int run() throws IOException, InterruptedException {
    Optional<Target> running = running();
    return report(running.isPresent() ? measure(running.get()) : measureOwn());
  }

  private ObjectNode measureOwn() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("anabranch-bench");
    try {
      Optional<Set<String>> preparedWithout = preparedWithout();
      if (preparedWithout.isPresent()) {
        try (EmbeddedPlatform platform = start(folder, preparedWithout.get())) {
          prepare(platform);
        }
      }
      try (EmbeddedPlatform platform = start(folder, without())) {
        return measure(platform);
      }
    } finally {
      delete(folder);
    }
  }

  private EmbeddedPlatform start(Path folder, Set<String> left)
      throws IOException, InterruptedException {
    Plan plan = new Plan(new PlatformFolder(folder), Optional.empty(), flags(), left, scoring());
    EmbeddedPlatform platform = EmbeddedPlatform.start(plan, new StartProgress(System.err));
    try {
      platform.awaitAll(LONGEST_START);
      return platform;
    } catch (InterruptedException | RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  private int report(ObjectNode figures) throws IOException {
    System.out.println(figures.toPrettyString());
    if (out.isPresent()) {
      Files.writeString(out.get(), figures.toPrettyString() + "\n");
    }
    List<String> missed = Wanted.missed(figures);
    missed.forEach(System.err::println);
    return missed.isEmpty() ? CommandFailure.DONE : CommandFailure.FAILED;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
