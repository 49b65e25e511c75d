package dev.anabranch.scoring;

import dev.anabranch.lakehouse.lead.LeadFeatures;
import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.lakehouse.model.ModelInput;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** Applies a model to the leads of an epoch, in this JVM and without a Spark job. */
final class Scorer {
  private final Clock clock;

  Scorer(Clock clock) {
    this.clock = clock;
  }

  /**
   * The scores of an epoch.
   *
   * @param unseen how many of the leads have a category that the model was not trained on
   */
  record Scored(List<LeadScore> scores, long unseen) {}

  Scored score(long epoch, List<LeadInput> inputs, Champion champion) {
    long now = clock.millis();
    long unseen = 0;
    List<LeadScore> scores = new ArrayList<>(inputs.size());
    for (LeadInput input : inputs) {
      LeadFeatures features = input.features();
      Row row = ModelInput.row(features, Optional.ofNullable(input.profileOrNull()));
      unseen += champion.hasUnseen(row) ? 1 : 0;
      scores.add(
          new LeadScore(
              epoch,
              features.leadId(),
              features.asOfMicros(),
              features.events(),
              champion.probability(row),
              champion.version().version(),
              input.kafkaMillis(),
              now,
              false,
              features.lastType().wireName(),
              features.lastChannel(),
              Optional.ofNullable(input.profileOrNull())));
    }
    return new Scored(scores, unseen);
  }
}
