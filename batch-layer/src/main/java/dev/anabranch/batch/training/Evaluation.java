package dev.anabranch.batch.training;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.model.LabelledRows;
import dev.anabranch.lakehouse.model.ModelFiles;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What a model is worth on rows that it was not trained on. */
final class Evaluation {
  private static final int BINS = 10;

  /**
   * Probabilities are kept away from 0 and 1, where one wrong answer would cost infinitely much.
   */
  private static final double LEAST = 1e-6;

  private Evaluation() {}

  /**
   * Measures.
   *
   * @param scored rows with their label and the model's probability
   * @param baseRate the share of purchases in the training rows: what one would say without a model
   * @param into gets {@code auc} and {@code pr_auc} (areas under the ROC and the precision-recall
   *     curve), {@code log_loss} and that of the base rate (nats), {@code lift_top_decile} (the
   *     rate in the tenth with the highest probabilities over that of all), {@code
   *     calibration_error} (mean distance of probability and rate over ten bins), and the bins
   */
  static void measure(Dataset<Row> scored, double baseRate, ObjectNode into) {
    Column label = col(LabelledRows.LABEL);
    Column probability = col(ModelFiles.PROBABILITY);
    Row all =
        scored
            .agg(
                count(lit(1)),
                avg(label),
                avg(loss(label, probability)),
                avg(loss(label, lit(baseRate))))
            .head();
    long rows = all.getLong(0);
    double rate = all.getDouble(1);
    into.put("rows", rows);
    into.put("positives", Math.round(rate * rows));
    into.put("base_rate", rate);
    into.put("auc", area(scored, "areaUnderROC"));
    into.put("pr_auc", area(scored, "areaUnderPR"));
    into.put("log_loss", all.getDouble(2));
    into.put("log_loss_baseline", all.getDouble(3));
    double top =
        scored
            .orderBy(probability.desc(), col("lead_id"), col("as_of"))
            .limit(Math.toIntExact(Math.max(1, rows / 10)))
            .agg(avg(label))
            .head()
            .getDouble(0);
    into.put("lift_top_decile", rate == 0 ? 0 : top / rate);
    calibration(scored, rows, into);
  }

  private static double area(Dataset<Row> scored, String curve) {
    return new BinaryClassificationEvaluator()
        .setLabelCol(LabelledRows.LABEL)
        .setRawPredictionCol(ModelFiles.PROBABILITY)
        .setMetricName(curve)
        .setNumBins(0)
        .evaluate(scored);
  }

  private static Column loss(Column label, Column probability) {
    Column p = least(greatest(probability, lit(LEAST)), lit(1 - LEAST));
    return label
        .multiply(log(p))
        .plus(lit(1).minus(label).multiply(log(lit(1).minus(p))))
        .multiply(-1);
  }

  private static void calibration(Dataset<Row> scored, long rows, ObjectNode into) {
    Column bin = least(floor(col(ModelFiles.PROBABILITY).multiply(BINS)), lit(BINS - 1)).as("bin");
    ArrayNode bins = into.putArray("calibration");
    double error = 0;
    for (Row row :
        scored
            .groupBy(bin)
            .agg(count(lit(1)), avg(ModelFiles.PROBABILITY), avg(LabelledRows.LABEL))
            .orderBy("bin")
            .collectAsList()) {
      long inBin = row.getLong(1);
      error += Math.abs(row.getDouble(2) - row.getDouble(3)) * inBin / rows;
      bins.addObject()
          .put("from", row.getLong(0) / (double) BINS)
          .put("rows", inBin)
          .put("mean_probability", row.getDouble(2))
          .put("rate", row.getDouble(3));
    }
    into.put("calibration_error", error);
  }
}
