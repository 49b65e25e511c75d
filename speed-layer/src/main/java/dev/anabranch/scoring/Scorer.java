package dev.anabranch.scoring;

import dev.anabranch.lakehouse.lead.LeadFeatures;
import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.model.ModelInput;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Applies a model to the leads of an epoch, in this JVM: rows in memory need no Spark job, only the
 * plan of the model's own pipeline, so that a score is what the pipeline says and nothing else.
 */
final class Scorer {
  private final SparkSession spark;
  private final Clock clock;

  Scorer(SparkSession spark, Clock clock) {
    this.spark = spark;
    this.clock = clock;
  }

  /**
   * The scores of an epoch.
   *
   * @param unseen how many of the leads have a category that the model was not trained on
   */
  record Scored(List<LeadScore> scores, long unseen) {}

  Scored score(long epoch, List<LeadInput> inputs, Champion champion) {
    if (inputs.isEmpty()) {
      return new Scored(List.of(), 0);
    }
    List<Row> rows =
        inputs.stream()
            .map(
                input ->
                    ModelInput.row(input.features(), Optional.ofNullable(input.profileOrNull())))
            .toList();
    Map<String, Double> probabilities = new HashMap<>();
    for (Row row :
        ModelFiles.score(champion.pipeline(), spark.createDataFrame(rows, ModelInput.SCHEMA))
            .select("lead_id", ModelFiles.PROBABILITY)
            .collectAsList()) {
      probabilities.put(row.getString(0), row.isNullAt(1) ? Double.NaN : row.getDouble(1));
    }
    long now = clock.millis();
    List<LeadScore> scores = new ArrayList<>(inputs.size());
    for (LeadInput input : inputs) {
      LeadFeatures features = input.features();
      scores.add(
          new LeadScore(
              epoch,
              features.leadId(),
              features.asOfMicros(),
              features.events(),
              probabilities.getOrDefault(features.leadId(), Double.NaN),
              champion.version().version(),
              input.kafkaMillis(),
              now,
              false,
              features.lastType().wireName(),
              features.lastChannel(),
              Optional.ofNullable(input.profileOrNull())));
    }
    return new Scored(scores, rows.stream().filter(champion::hasUnseen).count());
  }
}
