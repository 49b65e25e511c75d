package dev.anabranch.cli.platform;

import com.typesafe.config.Config;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.platform.PlatformStatus.Addresses;
import dev.anabranch.cli.platform.SupervisedPart.Supervision;
import dev.anabranch.lakehouse.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** The whole platform on this machine, in a data folder that it holds alone. */
public final class EmbeddedPlatform implements AutoCloseable {

  private final PlatformFolder folder;
  private final PlatformFolder.Hold hold;
  private final Platform platform;
  private final Settings settings;

  private EmbeddedPlatform(
      PlatformFolder folder, PlatformFolder.Hold hold, Platform platform, Settings settings) {
    this.folder = folder;
    this.hold = hold;
    this.platform = platform;
    this.settings = settings;
  }

  /**
   * What to run.
   *
   * @param folder the data folder
   * @param config the user's settings file
   * @param flags settings from the command line
   * @param without names of parts that are left out
   * @param scoring with the parts that score leads
   */
  public record Plan(
      PlatformFolder folder,
      Optional<Path> config,
      Config flags,
      Set<String> without,
      boolean scoring) {

    public Plan {
      without = Set.copyOf(without);
    }

    /** Without the parts that score leads. */
    public Plan(PlatformFolder folder, Optional<Path> config, Config flags, Set<String> without) {
      this(folder, config, flags, without, false);
    }

    List<String> parts() {
      return EmbeddedParts.names(scoring).stream().filter(it -> !without.contains(it)).toList();
    }

    List<PartStatus> leftOut() {
      Instant now = Instant.now();
      return EmbeddedParts.names(scoring).stream()
          .filter(without::contains)
          .map(name -> PartStatus.leftOut(name, now))
          .toList();
    }
  }

  /** What the one who starts a platform hears of it. */
  public interface Listener {

    /** A part has changed; called by several threads, one at a time. */
    void changed(PartStatus part);

    /** Something takes time, as a sentence. */
    void notice(String text);
  }

  /**
   * Starts every part. Returns when each has come up, or has ended and is supervised further.
   *
   * @throws CommandFailure something that a start needs does not hold, or Kafka did not come up
   */
  public static EmbeddedPlatform start(Plan plan, Listener listener)
      throws IOException, InterruptedException {
    Preflight.java();
    Preflight.partNames(plan.without(), EmbeddedParts.names(plan.scoring()));
    Config given = Settings.resolve(plan.config(), System.getenv(), plan.flags());
    InetAddress api = Preflight.access(Placement.typed(given));
    Preflight.folder(plan.folder());
    PlatformFolder.Hold hold = hold(plan.folder());
    EmbeddedPlatform embedded;
    try {
      embedded = prepare(plan, given, api, hold, listener);
    } catch (IOException | InterruptedException | RuntimeException e) {
      hold.close();
      throw e;
    }
    try {
      embedded.platform.start();
      embedded.requireKafka();
    } catch (IOException | InterruptedException | RuntimeException e) {
      embedded.close();
      throw e;
    }
    return embedded;
  }

  private static EmbeddedPlatform prepare(
      Plan plan, Config given, InetAddress api, PlatformFolder.Hold hold, Listener listener)
      throws IOException, InterruptedException {
    PlatformFolder folder = plan.folder();
    List<PartSpec> parts =
        EmbeddedParts.of(Programs.ofThisProcess(), folder, Placement.typed(given), plan.parts());
    Leftovers.await(parts, Duration.ofSeconds(25), listener::notice);
    Preflight.disk(folder);
    Preflight.memory(Memory.ofThisMachine(), parts);
    if (has(parts, EmbeddedParts.SERVING)) {
      Preflight.port(api, Placement.typed(given).serving().port());
    }
    Settings settings =
        Placement.typed(
            new Placement(given, folder, new Random()).settle(api, plan.parts(), plan.without()));
    Addresses addresses =
        new Addresses(
            has(parts, EmbeddedParts.SERVING) ? url(api, settings.serving().port()) : "",
            settings.kafka().bootstrapServers(),
            settings.kafka().topic(),
            settings.lake().uri().toString(),
            settings.postgresql().url().orElse(""));
    Platform platform =
        new Platform(
            folder, parts, plan.leftOut(), addresses, Supervision.standard(), listener::changed);
    return new EmbeddedPlatform(folder, hold, platform, settings);
  }

  /**
   * Waits until every part runs.
   *
   * @throws CommandFailure a part has been given up, or does not come up within the limit
   */
  public void awaitAll(Duration limit) throws InterruptedException {
    boolean settled =
        platform.await(
            parts ->
                parts.stream().allMatch(part -> part.state() == PartState.RUNNING)
                    || parts.stream().anyMatch(part -> part.state() == PartState.FAILED),
            limit);
    for (PartStatus part : status().parts()) {
      if (part.state() == PartState.FAILED || (!settled && !part.isAsWanted())) {
        throw CommandFailure.failed(
            "The platform is not up: %s is %s: %s"
                .formatted(
                    part.name(),
                    part.state().text(),
                    part.detail().lines().findFirst().orElse("")));
      }
    }
  }

  /**
   * Makes sure that waiting for the platform can have an end.
   *
   * @throws CommandFailure a part has been given up
   */
  public void requireNoneGivenUp() {
    status().parts().stream()
        .filter(part -> part.state() == PartState.FAILED)
        .findFirst()
        .ifPresent(
            part -> {
              throw CommandFailure.failed(
                  "The platform cannot go on: %s %s".formatted(part.name(), part.detail()));
            });
  }

  /** What runs now. */
  public PlatformStatus status() {
    return platform.status();
  }

  /**
   * Runs the speed layer's own measurement beside the parts, to its end.
   *
   * @return its figures, a JSON document
   * @throws CommandFailure it failed, or took longer than the limit
   */
  public String measureThroughput(Duration limit) throws IOException, InterruptedException {
    return measure(EmbeddedParts.throughput(Programs.ofThisProcess(), folder, settings), limit);
  }

  /** As {@link #measureThroughput}, of the scoring stream; there must be a champion. */
  public String measureScoring(Duration limit) throws IOException, InterruptedException {
    return measure(
        EmbeddedParts.scoringThroughput(Programs.ofThisProcess(), folder, settings), limit);
  }

  private String measure(PartSpec spec, Duration limit) throws IOException, InterruptedException {
    LogFile log = new LogFile(folder.logs().resolve(spec.name() + ".log"));
    PartProcess process = PartProcess.start(spec, log);
    try {
      return process
          .awaitReady(limit)
          .orElseThrow(
              () ->
                  CommandFailure.failed(
                      "The measurement failed; the end of its log:%n%s".formatted(tail(log))));
    } catch (TimeoutException e) {
      throw CommandFailure.failed("The measurement took longer than " + limit, e);
    } finally {
      process.stop(PartProcess.StopLimits.DEFAULT);
    }
  }

  /** The settings that the parts run with. */
  public Settings settings() {
    return settings;
  }

  /** Stops all parts in the reverse order; returns when no process is left. */
  @Override
  public void close() throws IOException {
    // Whoever was interrupted comes here to stop in order, which has to wait.
    boolean interrupted = Thread.interrupted();
    try {
      platform.stop();
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      hold.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void requireKafka() {
    status().parts().stream()
        .filter(p -> p.name().equals(EmbeddedParts.KAFKA) && p.state() == PartState.FAILED)
        .findFirst()
        .ifPresent(
            kafka -> {
              throw CommandFailure.failed(
                  "Kafka does not come up, and nothing runs without it: kafka " + kafka.detail());
            });
  }

  private static String tail(LogFile log) {
    try {
      return String.join("\n", log.tail(20));
    } catch (IOException e) {
      return "(the log cannot be read: " + e.getMessage() + ")";
    }
  }

  private static boolean has(List<PartSpec> parts, String name) {
    return parts.stream().anyMatch(part -> part.name().equals(name));
  }

  private static String url(InetAddress address, int port) {
    String host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
    return "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, port);
  }

  /** Takes the folder; a command that only looks at the lock holds it for a moment. */
  private static PlatformFolder.Hold hold(PlatformFolder folder)
      throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 20; attempt++) {
      Optional<PlatformFolder.Hold> hold = folder.hold();
      if (hold.isPresent()) {
        return hold.get();
      }
      Thread.sleep(50);
    }
    throw CommandFailure.failed(
        "A platform runs on %s already%s. Stop it with ./anabranch down --data %s, or give another folder with --data."
            .formatted(folder.data(), whoRuns(folder), folder.data()));
  }

  private static String whoRuns(PlatformFolder folder) throws IOException {
    return folder
        .readStatus()
        .map(
            s ->
                " (launcher's process id %d, %s)"
                    .formatted(s.launcherPid(), s.addresses().serving()))
        .orElse("");
  }
}
