package dev.anabranch.serving.query;

import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.util.Comparator;
import java.util.Optional;

/** Two scores of a lead that compare, one of each layer. */
public record ScoreDrift(LeadScore speed, BatchScore batch) {
  static final Comparator<ScoreDrift> LARGEST_FIRST =
      Comparator.comparingDouble(ScoreDrift::absolute)
          .reversed()
          .thenComparing(drift -> drift.speed().leadId());

  /** Why the scores of a lead do not compare. */
  public enum Incomparable {
    NO_SPEED_SCORE("no_speed_score"),
    NO_BATCH_SCORE("no_batch_score"),
    OTHER_MODEL("other_model"),
    /** One was made with events that the other was not. */
    OTHER_EVENTS("other_events"),
    NOT_A_NUMBER("not_a_number");

    private final String wireName;

    Incomparable(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }
  }

  /**
   * The first reason why two scores do not compare; empty where they do: both are numbers, of one
   * model, and of the same events, which their count and the time of the last one tell.
   */
  public static Optional<Incomparable> incomparable(
      Optional<LeadScore> speed, Optional<BatchScore> batch) {
    if (speed.isEmpty()) {
      return Optional.of(Incomparable.NO_SPEED_SCORE);
    }
    if (batch.isEmpty()) {
      return Optional.of(Incomparable.NO_BATCH_SCORE);
    }
    return incomparable(speed.get(), batch.get());
  }

  private static Optional<Incomparable> incomparable(LeadScore speed, BatchScore batch) {
    if (speed.modelVersion() != batch.modelVersion()) {
      return Optional.of(Incomparable.OTHER_MODEL);
    }
    if (speed.events() != batch.events() || speed.asOfMicros() != batch.asOfMicros()) {
      return Optional.of(Incomparable.OTHER_EVENTS);
    }
    return Double.isNaN(speed.probability()) || Double.isNaN(batch.probability())
        ? Optional.of(Incomparable.NOT_A_NUMBER)
        : Optional.empty();
  }

  /** Speed less batch. */
  public double value() {
    return speed.probability() - batch.probability();
  }

  double absolute() {
    return Math.abs(value());
  }
}
