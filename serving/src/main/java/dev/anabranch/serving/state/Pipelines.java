package dev.anabranch.serving.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.StatusDocument;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the pipelines say of themselves, and how far behind the log they are. */
public final class Pipelines {
  private static final Logger LOG = LoggerFactory.getLogger(Pipelines.class);
  private static final List<String> NAMES = List.of("speed", "kappa");
  private static final Duration SILENT = Duration.ofSeconds(5);

  private final Storage storage;
  private final LakeLayout lake;
  private final Clock clock;
  private final LogEnd logEnd;
  private final Set<String> leftOut;
  private final Map<String, JsonNode> documents = new ConcurrentHashMap<>();
  private final Map<String, EpochHeader> visible = new ConcurrentHashMap<>();

  Pipelines(Settings settings, Storage storage, LakeLayout lake, Clock clock) {
    this.storage = storage;
    this.lake = lake;
    this.clock = clock;
    this.leftOut = settings.leftOut();
    this.logEnd = new LogEnd(settings.kafka(), clock);
  }

  /**
   * A pipeline.
   *
   * @param name {@code speed} or {@code kappa}
   * @param state {@code starting} before it has said anything, {@code running}, {@code stopped}
   *     when it has been silent for 5 s or was left out, or what it says
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
      OptionalLong generation,
      Optional<JsonNode> lastProgress,
      List<JsonNode> recentProgress) {
    public Pipeline {
      recentProgress = List.copyOf(recentProgress);
    }
  }

  /** {@code speed} and {@code kappa}, always both. Never waits for Kafka or a disk. */
  public List<Pipeline> all() {
    return NAMES.stream().map(this::one).toList();
  }

  /** Whether the platform was started without that part. */
  public boolean isLeftOut(String part) {
    return leftOut.contains(part);
  }

  /** Whether a pipeline has said within the last seconds that it runs. */
  boolean runs(String name) {
    return state(name, Optional.ofNullable(documents.get(name))).equals("running");
  }

  /** Where the topic ended when Kafka was asked last; empty while it cannot be asked. */
  Optional<Offsets> endOffsets() {
    return logEnd.offsets();
  }

  /** Where the topic ends at this moment; empty where Kafka does not say so within two seconds. */
  Optional<Offsets> endOfLogNow() {
    try {
      logEnd.refresh();
      return logEnd.offsets();
    } catch (RuntimeException e) {
      LOG.debug("Kafka cannot be asked where the topic ends: {}", e.toString());
      return Optional.empty();
    }
  }

  /**
   * An epoch of a pipeline became visible: its totals are exact, the document's are a second old.
   */
  void visible(String name, EpochHeader header) {
    visible.put(name, header);
  }

  /** Reads the documents and asks Kafka; to be called about once a second. */
  void refresh() {
    for (String name : NAMES) {
      StatusDocument.read(storage, lake.status(name))
          .ifPresent(document -> documents.put(name, document));
    }
    var unusedEnd = endOfLogNow();
  }

  void close() {
    logEnd.close();
  }

  private Pipeline one(String name) {
    Optional<JsonNode> document = Optional.ofNullable(documents.get(name));
    Optional<EpochHeader> header = Optional.ofNullable(visible.get(name));
    Offsets until = header.map(EpochHeader::until).orElse(Offsets.NONE);
    Optional<Offsets> end = logEnd.offsets();
    List<JsonNode> recent = new ArrayList<>();
    document.ifPresent(d -> d.path("recent_progress").forEach(recent::add));
    return new Pipeline(
        name,
        state(name, document),
        header.isPresent() ? OptionalLong.of(header.get().epoch()) : OptionalLong.empty(),
        until,
        end,
        end.isPresent()
            ? OptionalLong.of(Math.max(0, end.get().since(until)))
            : OptionalLong.empty(),
        document.flatMap(d -> text(d, "watermark")),
        document.flatMap(d -> text(d, "watermark_delay")),
        header.map(EpochHeader::lateTotal).orElse(0L),
        header.map(EpochHeader::duplicatesTotal).orElse(0L),
        header.map(EpochHeader::quarantinedTotal).orElse(0L),
        document.map(d -> d.path("input_rows_per_second").asDouble()),
        document.map(d -> d.path("processed_rows_per_second").asDouble()),
        document.map(d -> d.path("epoch_millis")).filter(JsonNode::isObject),
        document.isPresent()
            ? OptionalLong.of(document.get().path("state_rows").asLong())
            : OptionalLong.empty(),
        document.isPresent() && document.get().has("generation")
            ? OptionalLong.of(document.get().get("generation").asLong())
            : OptionalLong.empty(),
        document.map(d -> d.path("last_progress")).filter(JsonNode::isObject),
        recent);
  }

  private String state(String name, Optional<JsonNode> document) {
    if (isLeftOut(name)) {
      return "stopped";
    }
    if (document.isEmpty()) {
      return "starting";
    }
    try {
      Instant said = Instant.parse(document.get().path("updated_at").asText());
      boolean silent = Duration.between(said, clock.instant()).compareTo(SILENT) > 0;
      return silent ? "stopped" : document.get().path("state").asText("running");
    } catch (DateTimeParseException e) {
      return "stopped";
    }
  }

  private static Optional<String> text(JsonNode document, String field) {
    return document.hasNonNull(field)
        ? Optional.of(document.get(field).asText())
        : Optional.empty();
  }
}
