package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.Vectors;
import dev.anabranch.lakehouse.lead.BatchScore;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * The files of {@code batch/scores}: a row a lead, all of one model and one batch run. Whoever
 * scores anew replaces all files in one commit.
 */
public final class BatchScoreFiles {
  public static final StructType SCHEMA =
      new StructType()
          .add("lead_id", StringType.STRING)
          .add("as_of", TimestampType.TIMESTAMP)
          .add("events", LongType.LONG)
          .add("probability", DoubleType.DOUBLE)
          .add("model_version", LongType.LONG)
          .add("batch_run", StringType.STRING);

  private BatchScoreFiles() {}

  /** Writes scores into a file that no commit names yet. */
  public static DataFile write(Storage storage, Path table, List<BatchScore> scores) {
    int size = scores.size();
    List<ColumnVector> columns =
        List.of(
            Vectors.texts(size, row -> scores.get(row).leadId()),
            Vectors.longs(TimestampType.TIMESTAMP, size, row -> scores.get(row).asOfMicros()),
            Vectors.longs(LongType.LONG, size, row -> scores.get(row).events()),
            Vectors.doubles(size, row -> scores.get(row).probability()),
            Vectors.longs(LongType.LONG, size, row -> scores.get(row).modelVersion()),
            Vectors.texts(size, row -> scores.get(row).batchRun()));
    return ParquetFiles.write(storage, table, List.of(Vectors.batch(SCHEMA, size, columns)));
  }

  /** The scores of a file, in the order in which they were written. */
  public static List<BatchScore> read(Storage storage, DataFile file) {
    List<BatchScore> scores = new ArrayList<>();
    ParquetFiles.read(
        storage,
        file,
        SCHEMA,
        batch -> {
          for (int index = 0; index < batch.getSize(); index++) {
            OneRow row = new OneRow(batch, index);
            scores.add(
                new BatchScore(
                    row.text("lead_id"),
                    row.number("as_of"),
                    row.number("events"),
                    row.real("probability"),
                    row.number("model_version"),
                    row.text("batch_run")));
          }
        });
    return scores;
  }
}
