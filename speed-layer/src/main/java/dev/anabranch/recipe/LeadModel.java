package dev.anabranch.recipe;

import static org.apache.spark.sql.functions.col;

import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.lead.ProfileSnapshot;
import dev.anabranch.lakehouse.model.LabelledRows;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.model.ModelInput;
import dev.anabranch.lakehouse.spark.AcceptedEvents;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.RFormula;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Option;

/** The platform's champion or, where there is none, a model that is made on the spot. */
final class LeadModel {
  private static final String FORMULA =
      "%s ~ %s + %s"
          .formatted(
              LabelledRows.LABEL, ModelInput.NUMBERS, String.join(" + ", ModelInput.CATEGORIES));

  @Option(
      names = "--lake",
      paramLabel = "URI",
      defaultValue = "${sys:anabranch.lake}",
      description =
          "The tables whose champion scores (default: those of the platform); without one the"
              + " recipe trains a model itself.")
  private URI lake;

  /**
   * The model that scores, and says which one that is.
   *
   * @param records of the log, which a model is trained on where there is no champion
   * @throws PlatformException there is no champion, and nothing to learn from either
   */
  PipelineModel load(Dataset<Row> records, LeadDatabase database) {
    Optional<ModelVersion> champion = champion();
    if (champion.isPresent()) {
      System.out.printf("model: %d, the champion%n", champion.get().version());
      return ModelFiles.load(new LakeLayout(lake), champion.get());
    }
    Dataset<Row> events =
        AcceptedEvents.accepted(AcceptedEvents.judge(records)).dropDuplicates("event_id");
    Dataset<Row> rows =
        database
            .withProfiles(LabelledRows.of(events, ProfileSnapshot.EMPTY, Duration.ofDays(1), 1))
            .persist();
    try {
      long bought = rows.where(col(LabelledRows.LABEL).equalTo(1)).count();
      long all = rows.count();
      if (bought == 0 || bought == all) {
        throw PlatformException.user(
            "There is no champion, and no model can be made of %d events of which %d led to a purchase: send more with ./anabranch produce --events 20000 --step 15s, or train one with ./anabranch model train."
                .formatted(all, bought));
      }
      System.out.printf(
          "model: one made of %d events in the log, of which %d led to a purchase%n", all, bought);
      RFormula features = new RFormula().setFormula(FORMULA).setHandleInvalid("keep");
      PipelineStage[] stages = {features, new LogisticRegression().setRegParam(0.001)};
      return new Pipeline().setStages(stages).fit(rows);
    } finally {
      rows.unpersist();
    }
  }

  private Optional<ModelVersion> champion() {
    return Optional.ofNullable(lake)
        .flatMap(
            uri ->
                ModelRegistry.open(Storage.local(), new LakeLayout(uri), Clock.systemUTC())
                    .champion());
  }
}
