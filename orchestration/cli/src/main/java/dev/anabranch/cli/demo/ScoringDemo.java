package dev.anabranch.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.BatchRuns;
import dev.anabranch.cli.api.Patience;
import dev.anabranch.cli.api.Trainings;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.measure.HotLead;
import dev.anabranch.cli.measure.HotLeadTopic;
import dev.anabranch.cli.measure.Meters;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.produce.LiveTraffic;
import dev.anabranch.cli.produce.ProfileWriter;
import dev.anabranch.cli.produce.Shares;
import dev.anabranch.cli.produce.Traffic;
import dev.anabranch.cli.send.EventSender;
import dev.anabranch.cli.send.Ledger;
import dev.anabranch.cli.send.Pacer;
import dev.anabranch.cli.send.SentListener;
import dev.anabranch.lakehouse.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Leads scored live: days of visitors as history, a model trained on them and promoted, the days
 * that follow played faster than they were, and hot leads held against what they then did.
 */
public final class ScoringDemo {

  /** A week of visitors, and three days that follow. */
  private static final Duration STEP = Duration.ofSeconds(20);

  private static final long HISTORY = 30_000;
  private static final long PLAYED = 13_000;
  private static final Duration SHORTEST_PLAY = Duration.ofSeconds(20);
  private static final Duration LONGEST_STANDSTILL = Duration.ofMinutes(2);
  private static final Duration SAID_EVERY = Duration.ofSeconds(5);

  private final EmbeddedPlatform platform;
  private final Api api;
  private final Plan plan;
  private final Clock clock;
  private final Consumer<String> out;
  private final Settings settings;
  private final PlatformAddress kafka;
  private final Truth truth;
  private final LeadDeeds deeds = new LeadDeeds();

  /**
   * What to do.
   *
   * @param length of all of it up to the last event; the play takes what the rest leaves of it
   */
  public record Plan(Duration length, long seed) {}

  /**
   * A demo on a platform that scores, whose parts all run and whose settings name a ledger.
   *
   * @param out hears what goes on, a line at a time
   * @throws CommandFailure the platform has events already
   */
  public ScoringDemo(
      EmbeddedPlatform platform, Api api, Plan plan, Clock clock, Consumer<String> out)
      throws IOException, InterruptedException {
    this.platform = platform;
    this.api = api;
    this.plan = plan;
    this.clock = clock;
    this.out = out;
    this.settings = platform.settings();
    this.kafka = platform.status().addresses().kafka();
    this.truth = Truth.read(ledger());
    long there = KnownTopic.endOffsets(kafka).values().stream().mapToLong(Long::longValue).sum();
    if (there + truth.sent().records() > 0) {
      throw CommandFailure.failed(
          "Topic %s holds %d records already: this demo tells what leads did from all their events, so it begins without any. Give an empty or new folder with --data."
              .formatted(kafka.topic(), there));
    }
  }

  /** From the history to the verdict. */
  public ScoringVerdict run() throws InterruptedException {
    long began = System.nanoTime();
    Instant end = clock.instant();
    writeProfiles(visitors(end));
    Traffic visitors = visitors(end);
    try (Ledger file = Ledger.open(ledger())) {
      List<SentListener> listeners = List.of(truth, deeds, file);
      sendHistory(visitors, listeners);
      JsonNode model = train();
      awaitScored();
      return play(visitors, listeners, model, began);
    }
  }

  private Traffic visitors(Instant end) {
    return Traffic.until(end, STEP, plan.seed(), Shares.DEMO, HISTORY + PLAYED);
  }

  /** Before any event, so that both layers know the same of a lead whenever they score it. */
  private void writeProfiles(Traffic visitors) {
    ProfileWriter profiles = ProfileWriter.start(settings.postgresql(), plan.seed());
    try (profiles) {
      visitors.forEachRemaining(record -> record.event().ifPresent(profiles::add));
    }
    say("Wrote what sales knows of %,d leads into PostgreSQL", profiles.written());
  }

  private void sendHistory(Traffic visitors, List<SentListener> listeners) {
    try (EventSender sender = EventSender.connect(kafka, false)) {
      sender.send(visitors.first(HISTORY), Pacer.fullSpeed(), EventSender.all(listeners));
    }
    say("Sent a week of visitors: %,d events", truth.totals().events());
  }

  private JsonNode train() throws InterruptedException {
    BatchRuns.succeed(api, "history", platform::requireNoneGivenUp);
    say("A batch run has made them the master dataset; a model is trained on it");
    JsonNode model = Trainings.champion(api, "demo", platform::requireNoneGivenUp);
    say(
        "Model %d is the champion: %s",
        model.path("version").asLong(), model.at("/card/algorithm").asText());
    return model;
  }

  /** Returns when everything that was sent is scored. */
  private void awaitScored() throws InterruptedException {
    Map<Integer, Long> ends = truth.untilOffsets();
    Standstill standstill = new Standstill(LONGEST_STANDSTILL);
    Patience.DEFAULT.until(
        api,
        "/v1/scoring",
        answer -> Comparison.reach(answer.path("until_offsets"), ends),
        answer -> {
          platform.requireNoneGivenUp();
          standstill.check("/v1/scoring", answer);
        });
  }

  private ScoringVerdict play(
      Traffic visitors, List<SentListener> listeners, JsonNode model, long began)
      throws InterruptedException {
    Instant from = deeds.end();
    Instant live = clock.instant();
    Duration left = plan.length().minusNanos(System.nanoTime() - began);
    Duration play = left.compareTo(SHORTEST_PLAY) < 0 ? SHORTEST_PLAY : left;
    double rate = PLAYED / (play.toMillis() / 1e3);
    say(
        "The champion scores; the three days that follow are played in %d s, hot is who reaches %.2f",
        play.toSeconds(), settings.scoring().hotFrom());
    try (Meters meters = new Meters(api, clock);
        HotLeadTopic hot =
            HotLeadTopic.start(
                kafka.bootstrapServers(),
                settings.scoring().hotTopic(),
                clock,
                new Teller(live, out))) {
      List<SentListener> all = List.of(meters, EventSender.all(listeners));
      try (LiveTraffic traffic = LiveTraffic.start(kafka, visitors, rate, all)) {
        while (traffic.isAlive()) {
          traffic.requireAlive();
          Thread.sleep(200);
        }
        traffic.requireAlive();
      }
      awaitScored();
      Verdict verdict = new Judge(platform, api, truth, meters).judge("last");
      JsonNode drift = awaitCompared();
      return new ScoringVerdict(
          verdict,
          model,
          HotLeadReport.of(hot.leads(), deeds, from, settings.training().horizon()),
          hot.latencies(live),
          drift);
    }
  }

  /** What both layers think of leads, once the batch layer has scored all that was sent. */
  private JsonNode awaitCompared() throws InterruptedException {
    long deadline = System.nanoTime() + LONGEST_STANDSTILL.toNanos();
    return Patience.DEFAULT.until(
        api,
        "/v1/comparison/scores?limit=1",
        answer -> answer.path("compared").asLong() > 0 && incomparable(answer) == 0,
        answer -> {
          platform.requireNoneGivenUp();
          if (System.nanoTime() > deadline) {
            throw CommandFailure.failed(
                "The batch layer has not scored the leads as the speed layer has within %d s: %s"
                    .formatted(LONGEST_STANDSTILL.toSeconds(), answer.path("incomparable")));
          }
        });
  }

  private static long incomparable(JsonNode answer) {
    long sum = 0;
    for (JsonNode count : answer.path("incomparable")) {
      sum += count.asLong();
    }
    return sum;
  }

  private Path ledger() {
    return settings.ledgerFile().orElseThrow();
  }

  private void say(String pattern, Object... values) {
    out.accept(String.format(Locale.ROOT, pattern, values));
  }

  /** Tells of hot leads as they come, of one every few seconds. */
  private static final class Teller implements Consumer<HotLead> {
    private final Instant live;
    private final Consumer<String> out;
    private long said;
    private long untold;

    Teller(Instant live, Consumer<String> out) {
      this.live = live;
      this.out = out;
      this.said = System.nanoTime() - SAID_EVERY.toNanos();
    }

    @Override
    public void accept(HotLead lead) {
      if (lead.kafkaTime().isBefore(live)) {
        return;
      }
      if (System.nanoTime() - said < SAID_EVERY.toNanos()) {
        untold++;
        return;
      }
      said = System.nanoTime();
      out.accept(
          String.format(
              Locale.ROOT,
              "Hot after %.1f s: %s, probability %.2f after %d events%s",
              lead.latency().toMillis() / 1e3,
              lead.leadId(),
              lead.probability(),
              lead.events(),
              untold == 0 ? "" : "; and " + untold + " others"));
      untold = 0;
    }
  }
}
