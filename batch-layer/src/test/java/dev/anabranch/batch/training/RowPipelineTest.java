package dev.anabranch.batch.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lead.Feature;
import dev.anabranch.lakehouse.model.LabelledRows;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.model.ModelInput;
import dev.anabranch.lakehouse.model.RowPipeline;
import dev.anabranch.lakehouse.spark.SparkSessions;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.Normalizer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A row alone gets the probability that Spark's plan gives it, to the last bit. */
class RowPipelineTest {
  private static final Random RANDOM = new Random(20_261_128);
  private static SparkSession spark;
  private static Dataset<Row> training;

  @BeforeAll
  static void start() {
    spark = SparkSessions.start(new Settings.Spark("local[2]"), "test", Map.of());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      rows.add(row("lead " + i, "channel " + RANDOM.nextInt(4), RANDOM.nextDouble()));
    }
    training = spark.createDataFrame(rows, LabelledRows.SCHEMA).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void everyPipelineThatIsTrainedIsAppliedAsSparkDoes() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String channel = i % 20 == 0 ? "never seen" : "channel " + RANDOM.nextInt(4);
      rows.add(row("lead " + i, channel, i % 2 == 0 ? 0.02 : 0.9));
    }
    rows.add(row("no number", "channel 1", Double.NaN));
    Pipelines.all(1)
        .forEach(
            (name, pipeline) -> {
              PipelineModel model = pipeline.fit(training);
              Map<String, Double> expected = bySpark(model, rows);
              RowPipeline alone = RowPipeline.of(model);
              assertThat(expected.values().stream().distinct().count()).isGreaterThan(2);
              for (Row row : rows) {
                assertThat(alone.probability(row))
                    .as("%s, %s", name, row)
                    .isEqualTo(expected.get(row.getString(0)));
              }
            });
  }

  @Test
  void aStageThatCannotBeAppliedIsRefused() {
    PipelineStage assembler =
        new VectorAssembler()
            .setInputCols(new String[] {ModelInput.NUMBERS})
            .setOutputCol("assembled");
    PipelineStage normalizer = new Normalizer().setInputCol("assembled").setOutputCol("features");
    PipelineStage regression = new LogisticRegression().setLabelCol(LabelledRows.LABEL);
    PipelineModel model =
        new Pipeline()
            .setStages(new PipelineStage[] {assembler, normalizer, regression})
            .fit(training);
    assertThatThrownBy(() -> RowPipeline.of(model))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("Normalizer");
  }

  private static Map<String, Double> bySpark(PipelineModel model, List<Row> rows) {
    Map<String, Double> probabilities = new HashMap<>();
    ModelFiles.score(model, spark.createDataFrame(rows, LabelledRows.SCHEMA))
        .select("lead_id", ModelFiles.PROBABILITY)
        .collectAsList()
        .forEach(row -> probabilities.put(row.getString(0), row.getDouble(1)));
    return probabilities;
  }

  /**
   * A row whose numbers lead to a purchase or not.
   *
   * @param share of its numbers that are not 0; not a number: one that is none is among them
   */
  private static Row row(String lead, String channel, double share) {
    double[] numbers = new double[Feature.NAMES.size()];
    double sum = 0;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = RANDOM.nextDouble() < share ? RANDOM.nextInt(50) / 7.0 : 0;
      sum += numbers[i];
    }
    if (Double.isNaN(share)) {
      numbers[3] = Double.NaN;
    }
    return RowFactory.create(
        lead,
        new Timestamp(0),
        4L,
        Vectors.dense(numbers),
        RANDOM.nextBoolean() ? "web_visit" : "form_submission",
        channel,
        RANDOM.nextBoolean() ? "1-9" : ModelInput.UNKNOWN,
        "DE",
        "finance",
        sum + RANDOM.nextInt(20) > 60 ? 1.0 : 0.0);
  }
}
