package dev.anabranch.batch.training;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lead.Feature;
import dev.anabranch.lakehouse.lead.ProfileSnapshot;
import dev.anabranch.lakehouse.model.LabelledRows;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.model.ModelInput;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Fits every pipeline on the earlier rows and measures it on the later ones. Between both lies a
 * gap of a horizon, so that no training label looks into the time of the test rows; rows whose
 * horizon has not passed by the end have no label and are left out.
 */
public final class Trainer {
  /** Fits are done in memory, and more rows than these make no better model of so few features. */
  private static final long MOST_ROWS = 200_000;

  /** The earlier part of the time, of what lies before the last horizon. */
  private static final double TRAINING_TIME = 0.7;

  private static final int LEAST_OF_A_KIND = 20;

  /** The same events give the same model. */
  private static final long SEED = 42;

  private final Duration horizon;
  private final Instant now;

  /**
   * A trainer.
   *
   * @param horizon how far ahead a purchase counts
   * @param now events past it are of clocks that are wrong, and end nothing
   */
  public Trainer(Duration horizon, Instant now) {
    this.horizon = horizon;
    this.now = now;
  }

  /**
   * The best pipeline, and what is known of it.
   *
   * @param card see docs/models.md
   * @param compared what an older model is worth on the same test rows
   */
  public record Result(
      PipelineModel model, String algorithm, ObjectNode card, Optional<ObjectNode> compared) {}

  /**
   * Trains.
   *
   * @param events distinct ones, in the columns of {@code master/events}
   * @param profiles of leads, as they are now
   * @param older the model to compare with
   * @param reached is told of each step; throws where the work is not to go on
   * @throws PlatformException the events are too few, or of too short a time
   */
  public Result train(
      Dataset<Row> events,
      ProfileSnapshot profiles,
      Optional<PipelineModel> older,
      Consumer<String> reached) {
    Span span = span(events);
    double share = Math.min(1, MOST_ROWS / (double) span.events());
    Dataset<Row> rows =
        LabelledRows.of(events, profiles, horizon, share)
            .where(col("as_of").leq(instant(span.labelled())))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Dataset<Row> training = rows.where(col("as_of").lt(instant(span.split().minus(horizon))));
      Dataset<Row> test = rows.where(col("as_of").geq(instant(span.split())));
      double baseRate = requireBothKinds(training, "training");
      requireBothKinds(test, "test");
      reached.accept("rows made");
      ObjectNode card = card(span, profiles, share, training.count(), baseRate);
      ObjectNode candidates = card.putObject("candidates");
      Optional<PipelineModel> best = Optional.empty();
      String bestName = "";
      double bestLoss = Double.POSITIVE_INFINITY;
      for (Map.Entry<String, Pipeline> pipeline : Pipelines.all(SEED).entrySet()) {
        PipelineModel model = pipeline.getValue().fit(training);
        reached.accept(pipeline.getKey() + " fitted");
        ObjectNode measured = candidates.putObject(pipeline.getKey());
        Evaluation.measure(ModelFiles.score(model, test), baseRate, measured);
        reached.accept(pipeline.getKey() + " measured");
        double loss = measured.path("log_loss").asDouble();
        if (best.isEmpty() || loss < bestLoss) {
          best = Optional.of(model);
          bestName = pipeline.getKey();
          bestLoss = loss;
        }
      }
      card.put("algorithm", bestName);
      card.set("metrics", candidates.path(bestName).deepCopy());
      Optional<ObjectNode> compared =
          older.map(
              model -> {
                ObjectNode measured = card.objectNode();
                Evaluation.measure(ModelFiles.score(model, test), baseRate, measured);
                return measured;
              });
      return new Result(best.orElseThrow(), bestName, card, compared);
    } finally {
      rows.unpersist();
    }
  }

  private ObjectNode card(
      Span span, ProfileSnapshot profiles, double share, long trainingRows, double baseRate) {
    ObjectNode card = new ObjectMapper().createObjectNode();
    card.put("label", "purchase within " + horizon);
    card.put("horizon", horizon.toString());
    card.put("profiles", profiles.size());
    card.put("seed", SEED);
    card.put("events", span.events());
    card.put("first_event_time", span.first().toString());
    card.put("last_event_time", span.last().toString());
    card.put("test_from", span.split().toString());
    card.put("share_of_events", share);
    card.put("training_rows", trainingRows);
    card.put("training_base_rate", baseRate);
    Feature.NAMES.forEach(card.putArray("features")::add);
    ModelInput.CATEGORIES.forEach(card.putArray("categories")::add);
    return card;
  }

  /**
   * The time of the events.
   *
   * @param labelled the last instant whose horizon has passed
   * @param split where the test rows begin
   */
  private record Span(long events, Instant first, Instant last, Instant labelled, Instant split) {}

  private Span span(Dataset<Row> events) {
    Column time = least(col("event_time"), instant(now));
    Row all = events.agg(count(lit(1)), min(time), max(time)).head();
    long count = all.getLong(0);
    if (count == 0) {
      throw PlatformException.conflict(
          "There are no events to train on: run a batch run that has some, then train again.");
    }
    Instant first = all.getTimestamp(1).toInstant();
    Instant last = all.getTimestamp(2).toInstant();
    Instant labelled = last.minus(horizon);
    Duration usable = Duration.between(first, labelled);
    Instant split = first.plusMillis(Math.round(usable.toMillis() * TRAINING_TIME));
    if (!first.isBefore(split.minus(horizon))) {
      throw PlatformException.conflict(
          ("The events span %s (%s to %s), too short to predict %s ahead: at least %s is needed, so"
                  + " wait for more, or set a shorter training.horizon.")
              .formatted(
                  Duration.between(first, last).truncatedTo(ChronoUnit.SECONDS),
                  first,
                  last,
                  horizon,
                  horizon.multipliedBy(3)));
    }
    return new Span(count, first, last, labelled, split);
  }

  private static double requireBothKinds(Dataset<Row> rows, String what) {
    Row all = rows.agg(count(lit(1)), avg(LabelledRows.LABEL)).head();
    double rate = all.isNullAt(1) ? 0 : all.getDouble(1);
    long positives = Math.round(rate * all.getLong(0));
    long negatives = all.getLong(0) - positives;
    if (positives < LEAST_OF_A_KIND || negatives < LEAST_OF_A_KIND) {
      throw PlatformException.conflict(
          "Of the %s rows %d led to a purchase and %d did not; at least %d of both are needed: train again when there are more events."
              .formatted(what, positives, negatives, LEAST_OF_A_KIND));
    }
    return rate;
  }

  private static Column instant(Instant instant) {
    return lit(Timestamp.from(instant));
  }
}
