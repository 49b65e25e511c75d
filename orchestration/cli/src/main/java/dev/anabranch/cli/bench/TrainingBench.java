package dev.anabranch.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.BatchRuns;
import dev.anabranch.cli.api.Trainings;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.platform.PartStatus;
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
import java.util.List;
import java.util.function.Consumer;

/** How long a training takes, from the request to its end, and how much memory. */
public final class TrainingBench {

  private static final double MOST_SECONDS = 600;
  private static final Duration STEP = Duration.ofSeconds(5);

  private final EmbeddedPlatform platform;
  private final Api api;
  private final long events;
  private final long seed;
  private final Clock clock;
  private final Consumer<String> progress;

  /**
   * @param platform whose speed, batch, serving and PostgreSQL run, on a new data folder
   * @param events distinct ones to train on
   */
  public TrainingBench(
      EmbeddedPlatform platform,
      Api api,
      long events,
      long seed,
      Clock clock,
      Consumer<String> progress) {
    this.platform = platform;
    this.api = api;
    this.events = events;
    this.seed = seed;
    this.clock = clock;
    this.progress = progress;
  }

  /** Runs it; the figures. */
  public ObjectNode run() throws IOException, InterruptedException {
    progress.accept("sending %,d events".formatted(events));
    Traffic visitors = Traffic.until(clock.instant(), STEP, seed, Shares.DEMO, events);
    SendCounts counts = new SendCounts();
    try (ProfileWriter profiles = ProfileWriter.start(platform.settings().postgresql(), seed);
        EventSender sender = EventSender.connect(platform.status().addresses().kafka(), false)) {
      List<SentListener> listeners = List.of(counts, profiles);
      sender.send(visitors, Pacer.fullSpeed(), EventSender.all(listeners));
    }
    SpeedLayer.await(platform, api, counts.sent());
    progress.accept("a batch run over them");
    long began = System.nanoTime();
    BatchRuns.succeed(api, "bench", platform::requireNoneGivenUp);
    double batchSeconds = secondsSince(began);
    progress.accept("the training");
    began = System.nanoTime();
    JsonNode training = Trainings.succeed(api, "bench", platform::requireNoneGivenUp);
    double seconds = secondsSince(began);
    JsonNode card = api.get("/v1/models/" + training.path("version").asLong()).required("card");
    ObjectNode result = new ObjectMapper().createObjectNode();
    result.put("bench", "training");
    result.put("seed", seed);
    for (String field : new String[] {"events", "training_rows", "algorithm"}) {
      result.set(field, card.path(field));
    }
    result.set("auc", card.at("/metrics/auc"));
    result.put("batch_run_seconds", batchSeconds);
    result.put("seconds", seconds);
    result.put("peak_resident_mebibytes", peakOfBatch());
    Machine.describe(result.putObject("machine"));
    Wanted.atMost(result, "seconds", MOST_SECONDS);
    return result;
  }

  /** Of the process that trains, with the batch run before it. */
  private long peakOfBatch() throws IOException {
    return Machine.peakResidentMebibytes(
        platform.status().parts().stream()
            .filter(part -> part.name().equals("batch"))
            .map(PartStatus::pid)
            .findFirst()
            .orElseThrow());
  }

  private static double secondsSince(long began) {
    return Math.round((System.nanoTime() - began) / 1e8) / 10.0;
  }
}
