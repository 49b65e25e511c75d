package dev.anabranch.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.BatchRuns;
import dev.anabranch.cli.api.Patience;
import dev.anabranch.cli.api.Trainings;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.measure.Freshness;
import dev.anabranch.cli.measure.HotLeadTopic;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.produce.LiveTraffic;
import dev.anabranch.cli.produce.ProfileWriter;
import dev.anabranch.cli.produce.Shares;
import dev.anabranch.cli.produce.Traffic;
import dev.anabranch.cli.send.EventSender;
import dev.anabranch.cli.send.Pacer;
import dev.anabranch.cli.send.SendCounts;
import dev.anabranch.cli.send.SentListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * From Kafka append to the record of the hot lead, as a consumer of committed ones gets it, with
 * everything running: a model is trained on days of visitors and promoted, then the visitors that
 * follow come faster than they did, of which those of the warm-up are not counted.
 */
public final class ScoringBench {

  private static final double MOST_P50_MILLIS = 1_500;
  private static final Duration STEP = Duration.ofSeconds(20);

  /** More visitors than should be sent, so that a slow stop does not run out of them. */
  private static final Duration SPARE = Duration.ofSeconds(60);

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final EmbeddedPlatform platform;
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
   * @param history events that the model is trained on
   */
  public record Plan(double rate, Duration warmUp, Duration length, long history, long seed) {
    long events() {
      return history + (long) (rate * warmUp.plus(length).plus(SPARE).toMillis() / 1e3);
    }
  }

  /** On a platform that scores, whose parts all run. */
  public ScoringBench(
      EmbeddedPlatform platform, Api api, Plan plan, Clock clock, Consumer<String> progress) {
    this.platform = platform;
    this.api = api;
    this.plan = plan;
    this.clock = clock;
    this.progress = progress;
  }

  /** Runs it; the figures. */
  public ObjectNode run() throws IOException, InterruptedException {
    ObjectNode result = new ObjectMapper().createObjectNode();
    result.put("bench", "scoring");
    result.put("events_per_second", plan.rate());
    result.put("seconds", plan.length().toSeconds());
    result.put("seed", plan.seed());
    result.put("hot_from", platform.settings().scoring().hotFrom());
    Traffic visitors =
        Traffic.until(clock.instant(), STEP, plan.seed(), Shares.DEMO, plan.events());
    try (ProfileWriter profiles =
        ProfileWriter.start(platform.settings().postgresql(), plan.seed())) {
      train(visitors, profiles, result);
      measure(visitors, profiles, result);
    }
    result.put("resident_mebibytes", Target.of(platform).memoryMebibytes());
    Machine.describe(result.putObject("machine"));
    Wanted.atMost(result, "p50_millis", MOST_P50_MILLIS);
    return result;
  }

  private void train(Traffic visitors, ProfileWriter profiles, ObjectNode result)
      throws InterruptedException {
    progress.accept("%,d events of visitors, a batch run and a training".formatted(plan.history()));
    SendCounts counts = new SendCounts();
    List<SentListener> listeners = List.of(counts, profiles);
    try (EventSender sender = EventSender.connect(kafka(), false)) {
      sender.send(visitors.first(plan.history()), Pacer.fullSpeed(), EventSender.all(listeners));
    }
    SpeedLayer.await(platform, api, counts.sent());
    BatchRuns.succeed(api, "history", platform::requireNoneGivenUp);
    JsonNode model = Trainings.champion(api, "bench", platform::requireNoneGivenUp);
    result.put("algorithm", model.at("/card/algorithm").asText());
    awaitScoring("it scores what was sent", answer -> true);
  }

  private void measure(Traffic visitors, ProfileWriter profiles, ObjectNode result)
      throws InterruptedException {
    String topic = platform.settings().scoring().hotTopic();
    try (HotLeadTopic hot =
        HotLeadTopic.start(kafka().bootstrapServers(), topic, clock, lead -> {})) {
      Instant from;
      try (LiveTraffic traffic =
          LiveTraffic.start(kafka(), visitors, plan.rate(), List.of(profiles))) {
        progress.accept("warm-up: " + plan.warmUp().toSeconds() + " s of live events");
        Thread.sleep(plan.warmUp().toMillis());
        progress.accept("measuring: " + plan.length().toSeconds() + " s");
        from = clock.instant();
        Cores cores = Cores.from(platform);
        Thread.sleep(plan.length().toMillis());
        cores.describe(result.putObject("cores_busy"));
        traffic.requireAlive();
        result.set("epoch_millis", api.get("/v1/scoring").path("epoch_millis"));
      }
      awaitScoring(
          "its topic holds every hot lead",
          answer -> hot.leads().size() >= answer.path("hot_leads").asLong());
      Freshness latencies = hot.latencies(from);
      result.put("hot_leads", latencies.records());
      latencies.p50().ifPresent(millis -> result.put("p50_millis", millis));
      latencies.p99().ifPresent(millis -> result.put("p99_millis", millis));
    }
  }

  /** Returns when everything that was sent is scored, and something else holds. */
  private void awaitScoring(String what, Predicate<JsonNode> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode unusedAnswer =
        Patience.DEFAULT.until(
            api,
            "/v1/scoring",
            answer ->
                answer.path("state").asText().equals("running")
                    && answer.path("lag_events").asLong(-1) == 0
                    && wanted.test(answer),
            answer -> {
              platform.requireNoneGivenUp();
              if (System.nanoTime() > deadline) {
                throw CommandFailure.failed(
                    "After %d s of waiting until %s, /v1/scoring answers %s"
                        .formatted(PATIENCE.toSeconds(), what, answer));
              }
            });
  }

  private PlatformAddress kafka() {
    return platform.status().addresses().kafka();
  }
}
