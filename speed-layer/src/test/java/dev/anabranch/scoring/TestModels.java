package dev.anabranch.scoring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.lake.PromotionRule;
import dev.anabranch.lakehouse.lead.Feature;
import dev.anabranch.lakehouse.lead.LeadHistory;
import dev.anabranch.lakehouse.model.LabelledRows;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.model.ModelInput;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** Models that are sure of one thing: a lead that filled in a form will buy, others will not. */
public final class TestModels {
  private static final PromotionRule ANY = new PromotionRule(0, 0);

  private final LakeLayout lake;
  private final ModelRegistry registry;
  private final PipelineModel pipeline;

  public TestModels(SparkSession spark, Storage storage, LakeLayout lake) {
    this.lake = lake;
    this.registry = ModelRegistry.open(storage, lake, Clock.systemUTC());
    this.pipeline = fit(spark);
  }

  PipelineModel pipeline() {
    return pipeline;
  }

  ModelRegistry registry() {
    return registry;
  }

  /** Registers a model and makes it the champion. */
  public ModelVersion promote() {
    return promote("models/files/" + registry.versions().size(), true);
  }

  /** The same for a model whose files are not there. */
  ModelVersion promoteMissing() {
    return promote("models/files/missing", false);
  }

  private ModelVersion promote(String folder, boolean withFiles) {
    if (withFiles) {
      ModelFiles.save(pipeline, lake, folder);
    }
    ObjectNode card = new ObjectMapper().createObjectNode();
    card.put("folder", folder);
    card.put("algorithm", "test").put("horizon", "PT24H");
    Feature.NAMES.forEach(card.putArray("features")::add);
    ModelInput.CATEGORIES.forEach(card.putArray("categories")::add);
    ObjectNode metrics = card.putObject("metrics");
    metrics.put("auc", 1).put("lift_top_decile", 2).put("log_loss", 0.1);
    metrics.put("log_loss_baseline", 0.5);
    metrics.putArray("calibration").addObject().put("from", 0).put("rows", 100);
    ModelVersion version = registry.register(card, "test");
    return registry.promote(version.version(), "test", "", ANY);
  }

  private static PipelineModel fit(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      boolean buys = i % 2 == 0;
      LeadHistory history = LeadHistory.ofDistinct();
      for (int event = 0; event <= i % 5; event++) {
        history.add(event(i, event, EventType.WEB_VISIT));
      }
      if (buys) {
        history.add(event(i, 9, EventType.FORM_SUBMISSION));
      }
      Row row = ModelInput.row(history.features("lead " + i), Optional.empty());
      Object[] values = new Object[row.size() + 1];
      for (int column = 0; column < row.size(); column++) {
        values[column] = row.get(column);
      }
      values[row.size()] = buys ? 1.0 : 0.0;
      rows.add(RowFactory.create(values));
    }
    String[] categories = ModelInput.CATEGORIES.toArray(String[]::new);
    String[] indexed = suffixed(categories, "_index");
    String[] encoded = suffixed(categories, "_encoded");
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new StringIndexer()
                  .setInputCols(categories)
                  .setOutputCols(indexed)
                  .setHandleInvalid("keep"),
              new OneHotEncoder()
                  .setInputCols(indexed)
                  .setOutputCols(encoded)
                  .setHandleInvalid("keep"),
              new VectorAssembler()
                  .setInputCols(
                      Stream.concat(Stream.of(ModelInput.NUMBERS), Arrays.stream(encoded))
                          .toArray(String[]::new))
                  .setOutputCol("features"),
              new LogisticRegression().setLabelCol(LabelledRows.LABEL).setRegParam(1e-4)
            })
        .fit(spark.createDataFrame(rows, LabelledRows.SCHEMA));
  }

  private static Event event(int lead, int number, EventType type) {
    return new Event(
        lead + "-" + number,
        "lead " + lead,
        type,
        "ads",
        Optional.of("/"),
        0,
        number * 60_000_000L);
  }

  private static String[] suffixed(String[] names, String suffix) {
    return Arrays.stream(names).map(name -> name + suffix).toArray(String[]::new);
  }
}
