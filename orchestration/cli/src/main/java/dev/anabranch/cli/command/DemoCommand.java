package dev.anabranch.cli.command;

import com.typesafe.config.Config;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.demo.Board;
import dev.anabranch.cli.demo.Demo;
import dev.anabranch.cli.demo.ScoringDemo;
import dev.anabranch.cli.demo.ScoringVerdict;
import dev.anabranch.cli.demo.Verdict;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.DataOptions;
import dev.anabranch.cli.options.DurationConverter;
import dev.anabranch.cli.options.JsonOption;
import dev.anabranch.cli.options.PlatformFlags;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.platform.EmbeddedPlatform.Plan;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: the whole platform, live events, and a verdict. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the whole platform with live events, late, duplicate and malformed ones among them, and"
          + " shows truth, lambda and kappa side by side.",
      "With --for it stops by itself, runs a last batch and gives the verdict: exit code 0 only"
          + " where lambda equals the truth."
    })
public final class DemoCommand implements Callable<Integer> {

  private static final Duration LONGEST_START = Duration.ofMinutes(3);
  private static final Duration SCORING_LENGTH = Duration.ofMinutes(2);

  @Spec private CommandSpec spec;
  @Mixin private DataOptions data;
  @Mixin private PlatformFlags flags;
  @Mixin private JsonOption json;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long events are sent, such as 60s or 5m (default: until Ctrl-C).")
  private Duration length;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "500",
      description = "Distinct events a second (default: ${DEFAULT-VALUE}); not with --scoring.")
  private double rate;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "What everything random follows from (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--scoring",
      description = {
        "Scores leads instead: trains a model on a week of visitors, promotes it, plays the three"
            + " days that follow live, and holds the hot leads against what they then did.",
        "Takes 2 minutes, or --for; needs a folder without events."
      })
  private boolean scoring;

  @Override
  public Integer call() throws IOException {
    if (length != null && (length.isNegative() || length.isZero())) {
      throw CommandFailure.usage("--for is " + length + "; it must be longer than nothing.");
    }
    if (scoring) {
      if (spec.commandLine().getParseResult().hasMatchedOption("--rate")) {
        throw CommandFailure.usage(
            "--rate cannot be set with --scoring: how fast its visitors' days are played follows"
                + " from --for.");
      }
      return StopSignal.during(this::score, CommandFailure.FAILED);
    }
    if (!(rate > 0 && rate <= 100_000)) {
      throw CommandFailure.usage("--rate is " + rate + "; it must be above 0, up to 100000.");
    }
    // Until Ctrl-C there is no verdict, so none is missing when it comes.
    int interrupted = length == null ? CommandFailure.DONE : CommandFailure.FAILED;
    return StopSignal.during(this::run, interrupted);
  }

  private int run() throws IOException, InterruptedException {
    Plan plan = new Plan(data.folder(), data.config(), flags(), Set.of());
    Verdict verdict;
    StartProgress progress = new StartProgress(System.err);
    try (EmbeddedPlatform platform = EmbeddedPlatform.start(plan, progress)) {
      verdict = demo(platform);
    }
    System.out.println(json.wanted() ? verdict.json() : verdict.text());
    return verdict.exact() ? CommandFailure.DONE : CommandFailure.FAILED;
  }

  private int score() throws IOException, InterruptedException {
    Plan plan = new Plan(data.folder(), data.config(), scoringFlags(), Set.of(), true);
    long began = System.nanoTime();
    StartProgress progress = new StartProgress(System.err);
    ScoringVerdict verdict;
    try (EmbeddedPlatform platform = EmbeddedPlatform.start(plan, progress)) {
      Api api = awaitApi(platform);
      Duration left =
          (length == null ? SCORING_LENGTH : length).minusNanos(System.nanoTime() - began);
      PrintStream out = json.wanted() ? System.err : System.out;
      verdict =
          new ScoringDemo(
                  platform, api, new ScoringDemo.Plan(left, seed), Clock.systemUTC(), out::println)
              .run();
    }
    System.out.println(json.wanted() ? verdict.json() : verdict.text());
    return verdict.holds() ? CommandFailure.DONE : CommandFailure.FAILED;
  }

  private Verdict demo(EmbeddedPlatform platform) throws IOException, InterruptedException {
    Api api = awaitApi(platform);
    Demo.Plan plan = new Demo.Plan(Optional.ofNullable(length), rate, seed);
    return new Demo(platform, api, plan, Clock.systemUTC()).run(board());
  }

  private Api awaitApi(EmbeddedPlatform platform) throws InterruptedException {
    platform.awaitAll(LONGEST_START);
    System.err.printf(
        "The API is at %s; data and logs are in %s%n",
        platform.status().addresses().serving(), data.folder().data());
    return new Api(
        platform.status().addresses().serving(),
        RunningApi.token(platform.settings().api().tokenFile()));
  }

  @SuppressWarnings(
      "SystemConsoleNull") // Java 17 alone runs this; its console is null off a terminal.
  private Board board() {
    if (json.wanted()) {
      return Board.asLines(System.err, Duration.ofSeconds(5));
    }
    return System.console() == null
        ? Board.asLines(System.out, Duration.ofSeconds(5))
        : Board.onTerminal(System.out);
  }

  private Config flags() {
    return flags.over(Map.of("batch.every", "15s", "ledger_file", ledger()));
  }

  /** Batch runs come when the demo asks; these visitors seldom reach the usual threshold. */
  private Config scoringFlags() {
    return flags.over(
        Map.of(
            "batch.every",
            "never",
            "ledger_file",
            ledger(),
            "scoring.hot_from",
            0.4,
            "scoring.rescore_every",
            "1s",
            "scoring.profiles_every",
            "2s"));
  }

  private String ledger() {
    return data.folder().data().resolve("ledger.jsonl").toString();
  }
}
