package dev.anabranch.speed;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.StatusDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.execution.streaming.state.StateStore;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a stream's own code over a topic of sample records into a folder that is thrown away. The
 * first epoch of a JVM loads and compiles thousands of classes, which takes seconds; whoever waits
 * for a part to be ready waits for that, and not whoever waits for events.
 */
public final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final long RECORDS_PER_EPOCH = 200;
  private static final Duration LATELY = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private WarmUp() {}

  /** Opens the stream with other settings than its own. */
  @FunctionalInterface
  public interface Opening {
    EpochStream open(Settings settings, Storage storage);
  }

  /**
   * Returns when the stream has read the samples, or after 20 s. Does not throw. Does nothing where
   * the part ran a moment ago: then events have waited for it.
   *
   * @param part whose status document tells when it ran last
   */
  public static void of(String part, Settings settings, Clock clock, Opening opening) {
    if (settings.kafka().warmUpTopic().isEmpty()) {
      return;
    }
    try {
      if (ranLately(part, settings, clock)) {
        return;
      }
      Path folder = Files.createTempDirectory("warm-up");
      try {
        rehearse(
            opening,
            settings.over(folder.toUri(), settings.kafka().warmUpTopic().get(), RECORDS_PER_EPOCH));
      } finally {
        delete(folder);
      }
    } catch (Exception e) {
      LOG.warn("Not warmed up, so the first epochs take longer: {}", e.getMessage(), e);
    }
  }

  private static boolean ranLately(String part, Settings settings, Clock clock) {
    LakeLayout lake = new LakeLayout(settings.lake().uri());
    return StatusDocument.read(Storage.of(settings.lake()), lake.status(part))
        .map(document -> Instant.parse(document.path("updated_at").asText()))
        .filter(ran -> Duration.between(ran, clock.instant()).compareTo(LATELY) < 0)
        .isPresent();
  }

  private static void rehearse(Opening opening, Settings settings) throws Exception {
    long began = System.nanoTime();
    EpochStream stream = opening.open(settings, Storage.of(settings.lake()));
    StreamingQuery query = stream.start(Trigger.AvailableNow());
    try {
      query.awaitTermination(LONGEST.toMillis());
    } finally {
      stream.stop(query);
      // Else its maintenance goes on in a folder that is gone, and says so in the log.
      StateStore.stop();
    }
    LOG.info("Warmed up in {} ms", (System.nanoTime() - began) / 1_000_000);
  }

  private static void delete(Path folder) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder.toUri());
    FileSystem files = Storage.local().fileSystem(path);
    files.delete(path, true);
  }
}
