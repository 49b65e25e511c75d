package dev.anabranch.scoring;

import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.model.ModelInput;
import dev.anabranch.lakehouse.model.RowPipeline;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.sql.Row;

/** A model in memory, ready to score. */
final class Champion {
  private final ModelVersion version;
  private final Duration horizon;
  private final RowPipeline pipeline;
  private final Map<String, Set<String>> seen;

  private Champion(ModelVersion version, PipelineModel pipeline) {
    this.version = version;
    this.horizon = version.horizon();
    this.pipeline = RowPipeline.of(pipeline);
    this.seen = seen(pipeline);
  }

  /** Reads a model; throws where it cannot be used, with the reason. */
  static Champion load(LakeLayout lake, ModelVersion version) {
    return new Champion(version, ModelFiles.load(lake, version));
  }

  ModelVersion version() {
    return version;
  }

  /** How far ahead it predicts a purchase. */
  Duration horizon() {
    return horizon;
  }

  /** The probability of a purchase that a row of {@link ModelInput#SCHEMA} gives, or NaN. */
  double probability(Row row) {
    return pipeline.probability(row);
  }

  /** Whether a row of {@link ModelInput#SCHEMA} has a category that training never saw. */
  boolean hasUnseen(Row row) {
    return ModelInput.CATEGORIES.stream()
        .anyMatch(
            category ->
                seen.containsKey(category)
                    && !seen.get(category)
                        .contains(row.getString(ModelInput.SCHEMA.fieldIndex(category))));
  }

  private static Map<String, Set<String>> seen(PipelineModel pipeline) {
    Map<String, Set<String>> seen = new HashMap<>();
    for (Transformer stage : pipeline.stages()) {
      if (stage instanceof StringIndexerModel indexer) {
        String[] columns = indexer.getInputCols();
        for (int i = 0; i < columns.length; i++) {
          seen.put(columns[i], Set.of(indexer.labelsArray()[i]));
        }
      }
    }
    return seen;
  }
}
