package dev.anabranch.batch.training;

import dev.anabranch.lakehouse.model.LabelledRows;
import dev.anabranch.lakehouse.model.ModelInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.GBTClassifier;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;

/** The pipelines that are fitted, by name; the first is the plain one, the others challenge it. */
final class Pipelines {
  private static final String FEATURES = "features";
  private static final String SCALED = "scaled";

  /** A category that training never saw is one more category, not an error. */
  private static final String UNSEEN = "keep";

  private Pipelines() {}

  static Map<String, Pipeline> all(long seed) {
    Map<String, Pipeline> pipelines = new LinkedHashMap<>();
    pipelines.put(
        "logistic_regression",
        pipeline(
            new StandardScaler().setInputCol(FEATURES).setOutputCol(SCALED),
            new LogisticRegression()
                .setFeaturesCol(SCALED)
                .setLabelCol(LabelledRows.LABEL)
                .setStandardization(false)
                .setRegParam(1e-3)
                .setMaxIter(100)));
    pipelines.put(
        "gradient_boosted_trees",
        pipeline(
            new GBTClassifier()
                .setFeaturesCol(FEATURES)
                .setLabelCol(LabelledRows.LABEL)
                .setMaxDepth(4)
                .setMaxIter(20)
                .setSubsamplingRate(0.8)
                .setSeed(seed)));
    return pipelines;
  }

  private static Pipeline pipeline(PipelineStage... last) {
    List<PipelineStage> stages = new ArrayList<>();
    String[] categories = ModelInput.CATEGORIES.toArray(String[]::new);
    String[] indexed = suffixed(categories, "_index");
    String[] encoded = suffixed(categories, "_encoded");
    stages.add(
        new StringIndexer()
            .setInputCols(categories)
            .setOutputCols(indexed)
            .setHandleInvalid(UNSEEN)
            .setStringOrderType("frequencyDesc"));
    stages.add(
        new OneHotEncoder().setInputCols(indexed).setOutputCols(encoded).setHandleInvalid(UNSEEN));
    stages.add(
        new VectorAssembler()
            .setInputCols(
                Stream.concat(Stream.of(ModelInput.NUMBERS), Stream.of(encoded))
                    .toArray(String[]::new))
            .setOutputCol(FEATURES));
    stages.addAll(List.of(last));
    return new Pipeline().setStages(stages.toArray(PipelineStage[]::new));
  }

  private static String[] suffixed(String[] names, String suffix) {
    return Stream.of(names).map(name -> name + suffix).toArray(String[]::new);
  }
}
