package dev.anabranch.serving.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.ScoringMinute;
import dev.anabranch.lakehouse.lake.StatusDocument;
import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The scores of leads as the speed layer and the batch layer made them last, and how the scoring
 * stream does. Safe for use by several threads, each of which may see scores that come meanwhile.
 */
public final class Scores {
  private static final String PART = "scoring";
  private static final String BATCH_PART = "rescoring";
  private static final Duration SILENT = Duration.ofSeconds(5);

  /** A minute's figures come when it has ended, and are news until the next one's must be there. */
  private static final Duration NEWS = Duration.ofSeconds(125);

  private final Storage storage;
  private final LakeLayout lake;
  private final Clock clock;
  private final Pipelines pipelines;
  private final SpeedScores speed;
  private final BatchScores batch;
  private final ScoringFigures figures;
  private volatile Optional<JsonNode> document = Optional.empty();
  private volatile Optional<JsonNode> batchDocument = Optional.empty();

  Scores(Storage storage, LakeLayout lake, Clock clock, Pipelines pipelines) {
    this.storage = storage;
    this.lake = lake;
    this.clock = clock;
    this.pipelines = pipelines;
    this.speed = new SpeedScores(storage, lake.speedScores());
    this.batch = new BatchScores(storage, lake.batchScores());
    this.figures = new ScoringFigures(storage, lake.scoringMetrics());
  }

  /** What the scoring stream does. */
  public enum State {
    /** It has never run on this lake. */
    OFF("off"),
    /** It runs, and scores once a model is the champion. */
    WAITING_FOR_MODEL("waiting_for_model"),
    RUNNING("running"),
    /** It has been silent for 5 s. */
    STOPPED("stopped");

    private final String wireName;

    State(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }
  }

  /** The newest score of a lead by the speed layer. */
  public Optional<LeadScore> speed(String leadId) {
    return speed.of(leadId);
  }

  /** The score of a lead by the batch layer. */
  public Optional<BatchScore> batch(String leadId) {
    return Optional.ofNullable(batch.byLead().get(leadId));
  }

  /** The newest scores of the speed layer by lead; changes under who reads it. */
  public Map<String, LeadScore> speed() {
    return speed.byLead();
  }

  /** The scores of the batch layer by lead, all of one run. */
  public Map<String, BatchScore> batch() {
    return Collections.unmodifiableMap(batch.byLead());
  }

  /** Leads that were handed over, newest first, a lead once for each time. */
  public Page<LeadScore> hot(Optional<HotPosition> after, int limit) {
    return speed.hot(after, limit);
  }

  /** The figures of minutes that have ended and had scores, newest first, at most so many. */
  public List<ScoringMinute> minutes(int most) {
    return figures.newest(most);
  }

  /** The figures of the minute that ended last; empty: nothing was scored in it. */
  public Optional<ScoringMinute> lastMinute() {
    return figures.newest(1).stream()
        .filter(minute -> Duration.between(minute.minute(), clock.instant()).compareTo(NEWS) < 0)
        .findFirst();
  }

  public State state() {
    Optional<JsonNode> said = document;
    if (said.isEmpty()) {
      return State.OFF;
    }
    if (pipelines.isLeftOut(PART) || isSilent(said.get())) {
      return State.STOPPED;
    }
    return said.get().path("state").asText().equals(State.WAITING_FOR_MODEL.wireName())
        ? State.WAITING_FOR_MODEL
        : State.RUNNING;
  }

  private boolean isSilent(JsonNode said) {
    try {
      Instant at = Instant.parse(said.path("updated_at").asText());
      return Duration.between(at, clock.instant()).compareTo(SILENT) > 0;
    } catch (DateTimeParseException e) {
      return true;
    }
  }

  /** What the scoring stream said of itself last, even where it has stopped since. */
  public Optional<JsonNode> document() {
    return document;
  }

  /** What the batch layer said last of how it scores all leads. */
  public Optional<JsonNode> batchDocument() {
    return batchDocument;
  }

  /** Up to where the scoring stream has read the topic. */
  public Offsets untilOffsets() {
    Map<Integer, Long> until = new TreeMap<>();
    document
        .map(said -> said.path("until_offsets"))
        .ifPresent(
            offsets ->
                offsets
                    .fields()
                    .forEachRemaining(
                        field ->
                            until.put(Integer.valueOf(field.getKey()), field.getValue().asLong())));
    return Offsets.of(until);
  }

  /** Where the topic ends; empty while Kafka cannot be asked. */
  public Optional<Offsets> endOffsets() {
    return pipelines.endOffsets();
  }

  /** Records that wait to be scored; empty where it has never run or Kafka cannot be asked. */
  public OptionalLong lagEvents() {
    Optional<Offsets> end = endOffsets();
    return document.isPresent() && end.isPresent()
        ? OptionalLong.of(Math.max(0, end.get().since(untilOffsets())))
        : OptionalLong.empty();
  }

  /** Looks for new scores of the speed layer; true where all that are there have been read. */
  boolean pollSpeed() {
    speed.poll();
    return speed.caughtUp();
  }

  /** Looks for new scores of the batch layer, and for what it says of them. */
  boolean pollBatch() {
    StatusDocument.read(storage, lake.status(BATCH_PART))
        .ifPresent(said -> batchDocument = Optional.of(said));
    batch.poll();
    return true;
  }

  /** Looks for figures of minutes, and for what the stream says. */
  boolean pollFigures() {
    StatusDocument.read(storage, lake.status(PART)).ifPresent(said -> document = Optional.of(said));
    figures.poll();
    return figures.caughtUp();
  }
}
