package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.delta.Vectors;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The table {@code speed/scoring_metrics}: a row a minute. */
public final class ScoringMinutes {
  public static final StructType SCHEMA =
      new StructType()
          .add("minute", TimestampType.TIMESTAMP)
          .add("scored", LongType.LONG)
          .add("hot", LongType.LONG)
          .add("mean_probability", DoubleType.DOUBLE)
          .add("latency_p50_millis", LongType.LONG)
          .add("latency_p99_millis", LongType.LONG)
          .add("psi", DoubleType.DOUBLE)
          .add("not_a_number", LongType.LONG)
          .add("unseen_categories", LongType.LONG)
          .add("without_profile", LongType.LONG)
          .add("model_version", LongType.LONG);

  private final TableWriter table;

  private ScoringMinutes(TableWriter table) {
    this.table = table;
  }

  /** Opens the table to write to, and makes it where there is none. */
  public static ScoringMinutes open(Storage storage, LakeLayout lake, Clock clock) {
    return new ScoringMinutes(TableWriter.open(storage, lake.scoringMetrics(), SCHEMA, clock));
  }

  /** Adds a minute. */
  public void add(ScoringMinute minute) {
    List<ColumnVector> columns =
        List.of(
            OneRow.of(minute.minute()),
            OneRow.of(minute.scored()),
            OneRow.of(minute.hot()),
            real(minute.meanProbability()),
            OneRow.of(minute.latencyP50Millis()),
            OneRow.of(minute.latencyP99Millis()),
            real(minute.psi()),
            OneRow.of(minute.notANumber()),
            OneRow.of(minute.unseenCategories()),
            OneRow.of(minute.withoutProfile()),
            OneRow.of(minute.modelVersion()));
    table.append(List.of(table.write(List.of(Vectors.batch(SCHEMA, 1, columns)))));
  }

  /** The minutes of a file. */
  public static List<ScoringMinute> read(Storage storage, DataFile file) {
    List<ScoringMinute> minutes = new ArrayList<>();
    ParquetFiles.read(
        storage,
        file,
        SCHEMA,
        batch -> {
          for (int index = 0; index < batch.getSize(); index++) {
            minutes.add(minute(new OneRow(batch, index)));
          }
        });
    return minutes;
  }

  private static ScoringMinute minute(OneRow row) {
    return new ScoringMinute(
        row.instant("minute"),
        row.number("scored"),
        row.number("hot"),
        real(row, "mean_probability"),
        row.number("latency_p50_millis"),
        row.number("latency_p99_millis"),
        real(row, "psi"),
        row.number("not_a_number"),
        row.number("unseen_categories"),
        row.number("without_profile"),
        row.number("model_version"));
  }

  private static OptionalDouble real(OneRow row, String name) {
    return row.isNull(name) ? OptionalDouble.empty() : OptionalDouble.of(row.real(name));
  }

  private static ColumnVector real(OptionalDouble value) {
    return value.isPresent() ? OneRow.of(value.getAsDouble()) : Vectors.nulls(DoubleType.DOUBLE, 1);
  }
}
