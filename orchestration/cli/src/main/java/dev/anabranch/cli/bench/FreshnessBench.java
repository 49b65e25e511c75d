package dev.anabranch.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.BatchRuns;
import dev.anabranch.cli.measure.Freshness;
import dev.anabranch.cli.measure.Meters;
import dev.anabranch.cli.measure.RequestMeter;
import dev.anabranch.cli.produce.LiveTraffic;
import dev.anabranch.cli.produce.Shares;
import dev.anabranch.cli.produce.Traffic;
import dev.anabranch.cli.send.EventSender;
import dev.anabranch.cli.send.Pacer;
import dev.anabranch.cli.send.SendCounts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;

/**
 * How old an event is when an answer first holds it, with everything running: first a day of
 * history and a batch run over it, then live events, of which those of the warm-up are not counted.
 * Beside it a request for a day of one-minute windows is timed.
 */
public final class FreshnessBench {

  private final Target platform;
  private final Api api;
  private final Plan plan;
  private final Clock clock;
  private final Consumer<String> progress;

  /**
   * What to measure.
   *
   * @param rate distinct live events a second
   * @param warmUp how long live events flow before anything is measured
   * @param length how long is measured
   * @param history events of the day before
   * @param startsWithPlatform whether this process has started the platform, so that the time to
   *     its first answer is one of the figures
   */
  public record Plan(
      double rate,
      Duration warmUp,
      Duration length,
      long history,
      long seed,
      boolean startsWithPlatform) {}

  /** On a platform whose parts all run. */
  public FreshnessBench(
      Target platform, Api api, Plan plan, Clock clock, Consumer<String> progress) {
    this.platform = platform;
    this.api = api;
    this.plan = plan;
    this.clock = clock;
    this.progress = progress;
  }

  /** Runs it; the figures. */
  public ObjectNode run() throws IOException, InterruptedException {
    api.get("/v1/views/activity?limit=1");
    long firstAnswer = clock.millis() - ManagementFactory.getRuntimeMXBean().getStartTime();
    PlatformAddress kafka = platform.kafka();
    fill(kafka);
    ObjectNode result = new ObjectMapper().createObjectNode();
    result.put("bench", "freshness");
    result.put("events_per_second", plan.rate());
    result.put("seconds", plan.length().toSeconds());
    result.put("seed", plan.seed());
    if (plan.startsWithPlatform()) {
      result.put("start_to_first_answer_millis", firstAnswer);
    }
    measure(kafka, result);
    result.put("resident_mebibytes", platform.memoryMebibytes());
    Machine.describe(result.putObject("machine"));
    return result;
  }

  private void fill(PlatformAddress kafka) throws InterruptedException {
    progress.accept("a day of history: %,d events, and a batch run".formatted(plan.history()));
    Duration step = Duration.ofDays(1).dividedBy(plan.history());
    Instant start = clock.instant().minus(Duration.ofDays(1)).minusSeconds(60);
    try (EventSender sender = EventSender.connect(kafka, false)) {
      sender.send(
          Traffic.from(start, step, plan.seed(), new Shares(0, 0, 0), plan.history()),
          Pacer.fullSpeed(),
          new SendCounts());
    }
    BatchRuns.succeed(api, "bench-" + clock.instant(), platform::requireHope);
  }

  private void measure(PlatformAddress kafka, ObjectNode result)
      throws InterruptedException, IOException {
    Gate gate = new Gate();
    String day =
        "%s/v1/views/activity?window=PT1M&limit=10000&from=%s"
            .formatted(
                platform.serving(),
                clock.instant().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MINUTES));
    try (LiveTraffic traffic =
        LiveTraffic.start(kafka, plan.rate(), plan.seed() + 1, clock, List.of(gate))) {
      progress.accept("warm-up: " + plan.warmUp().toSeconds() + " s of live events");
      Thread.sleep(plan.warmUp().toMillis());
      progress.accept("measuring: " + plan.length().toSeconds() + " s");
      try (Meters meters = new Meters(api, clock);
          RequestMeter requests = RequestMeter.start(day);
          RequestMeter nothing = RequestMeter.start(platform.serving() + "/livez")) {
        gate.open(meters);
        Thread.sleep(plan.length().toMillis());
        traffic.requireAlive();
        gate.close();
        meters.awaitAll(Duration.ofSeconds(30));
        percentiles(result, "lambda", meters.lambda());
        percentiles(result, "kappa", meters.kappa());
        times(result.putObject("http_day_of_minutes"), requests.stop());
        // What of it is the way there and back, and waiting for a core.
        times(result.putObject("http_livez"), nothing.stop());
      }
    }
  }

  private static void times(ObjectNode node, RequestMeter.Result http) {
    node.put("requests", http.requests()).put("bytes", http.bytes());
    http.p50().ifPresent(millis -> node.put("p50_millis", millis));
    http.p99().ifPresent(millis -> node.put("p99_millis", millis));
  }

  private static void percentiles(ObjectNode result, String name, Freshness freshness) {
    ObjectNode node = result.putObject(name).put("records", freshness.records());
    freshness.p50().ifPresent(millis -> node.put("p50_millis", millis));
    freshness.p99().ifPresent(millis -> node.put("p99_millis", millis));
  }
}
