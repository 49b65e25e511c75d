package dev.anabranch.lakehouse.model;

import static org.apache.spark.sql.functions.col;

import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.lead.Feature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Where trained pipelines are kept, and how one is used. */
public final class ModelFiles {
  /** The probability of a purchase within the model's horizon, 0 to 1. */
  public static final String PROBABILITY = "purchase_probability";

  private ModelFiles() {}

  /**
   * The folder of a training's pipeline, below the lake's root. The id itself cannot be in it:
   * Hadoop reads no file below a name with a colon.
   */
  public static String folder(String runId, long attempt, String algorithm) {
    UUID id = UUID.nameUUIDFromBytes(runId.getBytes(StandardCharsets.UTF_8));
    return "models/files/%s-%d-%s".formatted(id, attempt, algorithm);
  }

  /** Writes a pipeline; what an attempt that was killed left there is replaced. */
  public static void save(PipelineModel model, LakeLayout lake, String folder) {
    try {
      model.write().overwrite().save(lake.table(folder).toString());
    } catch (IOException e) {
      throw PlatformException.external(
          "Cannot write the model to %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /**
   * A model, ready to score.
   *
   * @throws PlatformException it was trained on other features, or its files are damaged or gone
   */
  public static PipelineModel load(LakeLayout lake, ModelVersion version) {
    if (!version.features().equals(Feature.NAMES)) {
      throw PlatformException.conflict(
          "Model %d takes the features %s, but this program makes %s; train a new one."
              .formatted(version.version(), version.features(), Feature.NAMES));
    }
    if (!version.categories().equals(ModelInput.CATEGORIES)) {
      throw PlatformException.conflict(
          "Model %d takes the categories %s, but this program makes %s; train a new one."
              .formatted(version.version(), version.categories(), ModelInput.CATEGORIES));
    }
    try {
      return PipelineModel.load(lake.table(version.folder()).toString());
    } catch (Exception e) { // Scala throws what it does not declare.
      throw PlatformException.external(
          "Model %d cannot be read from %s: %s; promote another one, or roll back."
              .formatted(version.version(), version.folder(), e.getMessage()),
          e);
    }
  }

  /** Rows of {@link ModelInput#SCHEMA}, and the model's probability for each. */
  public static Dataset<Row> score(PipelineModel model, Dataset<Row> rows) {
    Column both = functions.vector_to_array(col("probability"), "float64");
    return model.transform(rows).withColumn(PROBABILITY, both.getItem(1));
  }
}
