package dev.anabranch.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.produce.Shares;
import dev.anabranch.cli.produce.Traffic;
import dev.anabranch.cli.send.EventSender;
import dev.anabranch.cli.send.Pacer;
import dev.anabranch.cli.send.SendCounts;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How many records a second the speed layer takes when it catches up, beside the same Spark job
 * without any sink, in one run.
 */
public final class ThroughputBench {

  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final Duration STEP = Duration.ofMillis(20);

  private final EmbeddedPlatform platform;
  private final long events;
  private final long seed;
  private final Clock clock;
  private final Consumer<String> progress;

  /**
   * @param platform of which Kafka alone runs, on a new data folder
   * @param events distinct ones in the topic
   */
  public ThroughputBench(
      EmbeddedPlatform platform, long events, long seed, Clock clock, Consumer<String> progress) {
    this.platform = platform;
    this.events = events;
    this.seed = seed;
    this.clock = clock;
    this.progress = progress;
  }

  /** Runs it; the figures. */
  public ObjectNode run() throws IOException, InterruptedException {
    progress.accept("sending %,d events".formatted(events));
    SendCounts counts = new SendCounts();
    try (EventSender sender = EventSender.connect(platform.status().addresses().kafka(), false)) {
      sender.send(
          Traffic.until(clock.instant(), STEP, seed, Shares.DEMO, events),
          Pacer.fullSpeed(),
          counts);
    }
    progress.accept("reading the topic six times with the sink, six times without");
    JsonNode millis = new ObjectMapper().readTree(platform.measureThroughput(LIMIT));
    long refused = millis.path("quarantined_records").asLong();
    if (refused != counts.malformed()) {
      throw new IllegalStateException(
          "The topic holds %d malformed records, but the speed layer refused %d: these figures are of other events than meant"
              .formatted(counts.malformed(), refused));
    }
    double with = Rounds.median(millis.path("with_sink_millis"));
    double without = Rounds.median(millis.path("without_sink_millis"));
    ObjectNode result = new ObjectMapper().createObjectNode();
    result.put("bench", "throughput");
    result.put("records", counts.sent());
    result.put("seed", seed);
    result.setAll((ObjectNode) millis);
    result.put("records_per_second", Math.round(counts.sent() / with * 1_000));
    result.put("records_per_second_without_sink", Math.round(counts.sent() / without * 1_000));
    result.put("ratio", Math.round(without / with * 1_000) / 1_000.0);
    Machine.describe(result.putObject("machine"));
    return result;
  }
}
