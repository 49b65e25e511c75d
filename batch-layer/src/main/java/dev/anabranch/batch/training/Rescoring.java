package dev.anabranch.batch.training;

import static org.apache.spark.sql.functions.col;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.BatchScoreFiles;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.ProfileSnapshot;
import dev.anabranch.lakehouse.model.LabelledRows;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.postgresql.LeadProfiles;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores every lead by the events that a batch run left in the master dataset, on the features that
 * models are trained on. All of {@code batch/scores} is replaced in one commit, or nothing.
 */
public final class Rescoring {
  private static final Logger LOG = LoggerFactory.getLogger(Rescoring.class);

  /** So many scores are in memory at a time. */
  private static final int SCORES_A_FILE = 100_000;

  private final SparkSession spark;
  private final Storage storage;
  private final LakeLayout lake;
  private final Settings.Postgresql postgresql;
  private final TableWriter table;
  private long readVersion = TableTail.NONE;
  private Optional<Scored> last = Optional.empty();

  public Rescoring(
      SparkSession spark, Storage storage, LakeLayout lake, Settings settings, Clock clock) {
    this.spark = spark;
    this.storage = storage;
    this.lake = lake;
    this.postgresql = settings.postgresql();
    this.table = TableWriter.open(storage, lake.batchScores(), BatchScoreFiles.SCHEMA, clock);
  }

  /**
   * What the table holds.
   *
   * @param at when it was written
   */
  public record Scored(long modelVersion, String batchRun, long leads, Instant at) {}

  /** The scores that readers see; empty: there are none, or they cannot be read. */
  public Optional<Scored> last() {
    table.refresh();
    if (table.version() != readVersion) {
      last = read(table.files());
      readVersion = table.version();
    }
    return last;
  }

  private Optional<Scored> read(List<DataFile> files) {
    if (files.isEmpty()) {
      return Optional.empty();
    }
    try {
      return BatchScoreFiles.read(storage, files.get(0)).stream()
          .findFirst()
          .map(score -> scored(score, files));
    } catch (PlatformException e) {
      LOG.warn("The scores of the batch layer are made anew: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static Scored scored(BatchScore any, List<DataFile> files) {
    long at = files.stream().mapToLong(DataFile::modificationTime).max().orElseThrow();
    return new Scored(
        any.modelVersion(),
        any.batchRun(),
        files.stream().mapToLong(DataFile::rows).sum(),
        Instant.ofEpochMilli(at));
  }

  /**
   * Scores all leads.
   *
   * @param run one that is published
   * @param reached is told of each step; throws where the work is not to go on
   * @return how many leads
   * @throws PlatformException the model or the profiles cannot be read; the table is as it was
   */
  public long execute(ModelVersion version, BatchRun run, Consumer<String> reached) {
    PipelineModel model = ModelFiles.load(lake, version);
    reached.accept("model read");
    ProfileSnapshot profiles = LeadProfiles.all(postgresql);
    reached.accept("profiles read");
    Dataset<Row> events =
        spark
            .read()
            .format("delta")
            .option("versionAsOf", run.versions().get(TrainingJob.MASTER))
            .load(lake.masterEvents().toString());
    // Rows come to the driver a partition at a time: behind a shuffle all tasks have worked at
    // once.
    Iterator<Row> rows =
        ModelFiles.score(model, LabelledRows.latest(events, profiles))
            .select("lead_id", "as_of", "events", ModelFiles.PROBABILITY)
            .repartition(col("lead_id"))
            .toLocalIterator();
    List<DataFile> files = new ArrayList<>();
    List<BatchScore> scores = new ArrayList<>();
    while (rows.hasNext()) {
      scores.add(score(rows.next(), version, run));
      if (scores.size() == SCORES_A_FILE || !rows.hasNext()) {
        files.add(BatchScoreFiles.write(storage, lake.batchScores(), scores));
        scores.clear();
        reached.accept("scores written");
      }
    }
    replaceBy(files);
    reached.accept("committed");
    return files.stream().mapToLong(DataFile::rows).sum();
  }

  private static BatchScore score(Row row, ModelVersion version, BatchRun run) {
    Instant asOf = row.<Timestamp>getAs(1).toInstant();
    return new BatchScore(
        row.getString(0),
        ChronoUnit.MICROS.between(Instant.EPOCH, asOf),
        row.getLong(2),
        row.isNullAt(3) ? Double.NaN : row.getDouble(3),
        version.version(),
        run.runId());
  }

  private void replaceBy(List<DataFile> files) {
    table.refresh();
    List<String> before = table.files().stream().map(DataFile::path).toList();
    if (!table.replace(before, files, true)) {
      throw new IllegalStateException(
          "%s was written by another process: does a second batch service run on %s?"
              .formatted(lake.batchScores(), lake.root()));
    }
  }
}
