package dev.anabranch.lakehouse.model;

import dev.anabranch.lakehouse.error.PlatformException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;

/**
 * A model that is applied to one row at a time, in memory: the same probabilities as those of
 * {@link ModelFiles#score}, without a plan of Spark's, which for a few hundred rows costs far more
 * than the model. Safe for use by several threads.
 */
public final class RowPipeline {
  private static final String KEEP = "keep";

  private final List<Stage> stages;
  private final String probability;

  /** Takes values by column, and adds its own. */
  private interface Stage {
    void apply(Map<String, Object> row);
  }

  private RowPipeline(List<Stage> stages, String probability) {
    this.stages = stages;
    this.probability = probability;
  }

  /**
   * A pipeline, ready to be applied.
   *
   * @throws PlatformException it has a stage that this cannot apply
   */
  public static RowPipeline of(PipelineModel pipeline) {
    Transformer[] stages = pipeline.stages();
    if (stages.length == 0
        || !(stages[stages.length - 1] instanceof ProbabilisticClassificationModel<?, ?> last)) {
      throw PlatformException.conflict(
          "The model's last stage gives no probability; train a new one.");
    }
    return new RowPipeline(
        Stream.of(stages).map(RowPipeline::stage).toList(), last.getProbabilityCol());
  }

  /**
   * The probability of a purchase, 0 to 1; not a number where the model has no answer.
   *
   * @param row of {@link ModelInput#SCHEMA}
   */
  public double probability(Row row) {
    Map<String, Object> values = new HashMap<>();
    String[] columns = ModelInput.SCHEMA.fieldNames();
    for (int column = 0; column < columns.length; column++) {
      values.put(columns[column], row.get(column));
    }
    stages.forEach(stage -> stage.apply(values));
    return ((Vector) values.get(probability)).apply(1);
  }

  private static Stage stage(Transformer stage) {
    if (stage instanceof StringIndexerModel indexer
        && indexer.isSet(indexer.inputCols())
        && indexer.getHandleInvalid().equals(KEEP)) {
      return indices(indexer);
    }
    if (stage instanceof OneHotEncoderModel encoder
        && encoder.isSet(encoder.inputCols())
        && encoder.getHandleInvalid().equals(KEEP)) {
      return encoded(encoder);
    }
    if (stage instanceof VectorAssembler assembler) {
      return assembled(assembler);
    }
    if (stage instanceof StandardScalerModel scaler && !scaler.getWithMean()) {
      return scaled(scaler);
    }
    if (stage instanceof ProbabilisticClassificationModel<?, ?> classifier) {
      return classified(classifier);
    }
    throw PlatformException.conflict(
        "The model's stage %s, as it is set, cannot be applied to single rows; train a new one."
            .formatted(stage.getClass().getSimpleName()));
  }

  /** A word's place among those that training saw; behind them for one that it did not. */
  private static Stage indices(StringIndexerModel indexer) {
    String[] inputs = indexer.getInputCols();
    String[] outputs = indexer.getOutputCols();
    List<Map<String, Integer>> places =
        Arrays.stream(indexer.labelsArray()).map(RowPipeline::places).toList();
    return row -> {
      for (int i = 0; i < inputs.length; i++) {
        Map<String, Integer> known = places.get(i);
        row.put(outputs[i], known.getOrDefault((String) row.get(inputs[i]), known.size()));
      }
    };
  }

  private static Map<String, Integer> places(String[] labels) {
    Map<String, Integer> places = new HashMap<>();
    for (int place = 0; place < labels.length; place++) {
      places.put(labels[place], place);
    }
    return places;
  }

  private static Stage encoded(OneHotEncoderModel encoder) {
    String[] inputs = encoder.getInputCols();
    String[] outputs = encoder.getOutputCols();
    int[] categories = encoder.categorySizes();
    return row -> {
      for (int i = 0; i < inputs.length; i++) {
        int place = Math.min((Integer) row.get(inputs[i]), categories[i]);
        double[] vector = new double[encoder.getDropLast() ? categories[i] : categories[i] + 1];
        if (place < vector.length) {
          vector[place] = 1;
        }
        row.put(outputs[i], Vectors.dense(vector));
      }
    };
  }

  private static Stage assembled(VectorAssembler assembler) {
    String[] inputs = assembler.getInputCols();
    String output = assembler.getOutputCol();
    return row -> {
      double[] all =
          Stream.of(inputs)
              .flatMapToDouble(input -> Arrays.stream(((Vector) row.get(input)).toArray()))
              .toArray();
      // As the assembler does: sums of sparse and of dense vectors differ in their last bits.
      row.put(output, Vectors.dense(all).compressed());
    };
  }

  private static Stage scaled(StandardScalerModel scaler) {
    String input = scaler.getInputCol();
    String output = scaler.getOutputCol();
    double[] factors =
        Arrays.stream(scaler.std().toArray())
            .map(deviation -> !scaler.getWithStd() ? 1 : deviation == 0 ? 0 : 1 / deviation)
            .toArray();
    return row -> {
      Vector vector = (Vector) row.get(input);
      row.put(
          output,
          vector instanceof SparseVector sparse
              ? Vectors.sparse(
                  sparse.size(),
                  sparse.indices(),
                  IntStream.range(0, sparse.indices().length)
                      .mapToDouble(i -> sparse.values()[i] * factors[sparse.indices()[i]])
                      .toArray())
              : Vectors.dense(
                  IntStream.range(0, vector.size())
                      .mapToDouble(i -> vector.apply(i) * factors[i])
                      .toArray()));
    };
  }

  private static Stage classified(ProbabilisticClassificationModel<?, ?> classifier) {
    @SuppressWarnings("unchecked") // All of MLlib's take vectors.
    ProbabilisticClassificationModel<Vector, ?> model =
        (ProbabilisticClassificationModel<Vector, ?>) classifier;
    String input = model.getFeaturesCol();
    String output = model.getProbabilityCol();
    return row -> row.put(output, model.predictProbability((Vector) row.get(input)));
  }
}
