package dev.anabranch.serving.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.lake.Offsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What the pipelines say of themselves, and how far behind the log they are. */
public final class Pipelines {

  /**
   * A pipeline.
   *
   * @param name {@code speed} or {@code kappa}
   * @param state {@code starting} before it has said anything, {@code running}, {@code stopped}
   *     when it has been silent for 5 s, or what it says
   * @param endOffsets where the topic ends; empty while Kafka cannot be asked
   * @param lagEvents records from {@code untilOffsets} to {@code endOffsets}
   * @param watermark RFC 3339
   * @param watermarkDelay ISO 8601
   * @param epochMillis {@code last}, {@code p50}, {@code p99}
   * @param lastProgress as the engine reports it
   * @param recentProgress oldest first
   */
  public record Pipeline(
      String name,
      String state,
      OptionalLong epoch,
      Offsets untilOffsets,
      Optional<Offsets> endOffsets,
      OptionalLong lagEvents,
      Optional<String> watermark,
      Optional<String> watermarkDelay,
      long lateEventsDropped,
      long duplicatesDropped,
      long quarantinedRecords,
      Optional<Double> inputRowsPerSecond,
      Optional<Double> processedRowsPerSecond,
      Optional<JsonNode> epochMillis,
      OptionalLong stateRows,
      Optional<JsonNode> lastProgress,
      List<JsonNode> recentProgress) {
    public Pipeline {
      recentProgress = List.copyOf(recentProgress);
    }
  }

  /** {@code speed} and {@code kappa}, always both. Never waits for Kafka or a disk. */
  public List<Pipeline> all() {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }
}
