package dev.anabranch.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.BatchRuns;
import dev.anabranch.cli.api.Trainings;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.produce.ProfileWriter;
import dev.anabranch.cli.produce.Shares;
import dev.anabranch.cli.produce.Traffic;
import dev.anabranch.cli.send.EventSender;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.cli.send.Pacer;
import dev.anabranch.cli.send.SendCounts;
import dev.anabranch.cli.send.SentListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * How many records a second the scoring stream takes when it catches up, beside the speed layer's
 * own stream, in one run: two platforms on one folder, of which the first trains a model.
 */
public final class ScoringThroughputBench {

  private static final double LEAST_RATIO = 0.7;
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final Duration STEP = Duration.ofSeconds(5);

  private final long history;
  private final long seed;
  private final Consumer<String> progress;
  private final Traffic visitors;
  private final SendCounts counts = new SendCounts();

  /**
   * @param history events that the model is trained on
   * @param events distinct ones in the topic, those of the history among them
   */
  public ScoringThroughputBench(
      long history, long events, long seed, Clock clock, Consumer<String> progress) {
    this.history = history;
    this.seed = seed;
    this.progress = progress;
    this.visitors = Traffic.until(clock.instant(), STEP, seed, Shares.DEMO, events);
  }

  /** Makes a model the champion, on a platform whose speed, batch and serving run. */
  public void prepare(EmbeddedPlatform platform, Api api) throws InterruptedException {
    progress.accept("%,d events of visitors, a batch run and a training".formatted(history));
    send(platform, visitors.first(history));
    SpeedLayer.await(platform, api, counts.sent());
    BatchRuns.succeed(api, "history", platform::requireNoneGivenUp);
    JsonNode unusedModel = Trainings.champion(api, "bench", platform::requireNoneGivenUp);
  }

  /** Measures; the figures. Of the platform nothing but Kafka and PostgreSQL runs. */
  public ObjectNode run(EmbeddedPlatform platform) throws IOException, InterruptedException {
    progress.accept("sending the other events");
    send(platform, visitors);
    progress.accept("reading the topic six times with scoring, six times as the speed layer");
    JsonNode millis = new ObjectMapper().readTree(platform.measureScoring(LIMIT));
    long refused = millis.path("quarantined_records").asLong();
    if (refused != counts.malformed()) {
      throw new IllegalStateException(
          "The topic holds %d malformed records, but scoring refused %d: these figures are of other events than meant"
              .formatted(counts.malformed(), refused));
    }
    double scoring = Rounds.median(millis.path("scoring_millis"));
    double speed = Rounds.median(millis.path("speed_millis"));
    ObjectNode result = new ObjectMapper().createObjectNode();
    result.put("bench", "scoring-throughput");
    result.put("records", counts.sent());
    result.put("seed", seed);
    result.setAll((ObjectNode) millis);
    result.put("records_per_second", Math.round(counts.sent() / scoring * 1_000));
    result.put("records_per_second_speed_layer", Math.round(counts.sent() / speed * 1_000));
    result.put("ratio", Math.round(speed / scoring * 1_000) / 1_000.0);
    double scoringCpu = Rounds.median(millis.path("scoring_cpu_millis"));
    double speedCpu = Rounds.median(millis.path("speed_cpu_millis"));
    result.put("cpu_ratio", Math.round(speedCpu / scoringCpu * 1_000) / 1_000.0);
    Machine.describe(result.putObject("machine"));
    Wanted.atLeast(result, "ratio", LEAST_RATIO);
    return result;
  }

  private void send(EmbeddedPlatform platform, Iterator<Outgoing> records) {
    try (ProfileWriter profiles = ProfileWriter.start(platform.settings().postgresql(), seed);
        EventSender sender = EventSender.connect(platform.status().addresses().kafka(), false)) {
      List<SentListener> listeners = List.of(counts, profiles);
      sender.send(records, Pacer.fullSpeed(), EventSender.all(listeners));
    }
  }
}
