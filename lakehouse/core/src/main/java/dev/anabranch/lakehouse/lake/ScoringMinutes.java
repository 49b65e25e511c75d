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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;

/** The table {@code speed/scoring_metrics}: a row a minute, of the last 30 days at least. */
public final class ScoringMinutes {
  private static final Duration KEPT = Duration.ofDays(30);

  /** So many files become one. */
  private static final int MOST_FILES = 256;

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

  private final Storage storage;
  private final TableWriter table;

  private ScoringMinutes(Storage storage, TableWriter table) {
    this.storage = storage;
    this.table = table;
  }

  /** Opens the table to write to, and makes it where there is none. */
  public static ScoringMinutes open(Storage storage, LakeLayout lake, Clock clock) {
    return new ScoringMinutes(
        storage, TableWriter.open(storage, lake.scoringMetrics(), SCHEMA, clock));
  }

  /** Adds a minute. Where the table has very many files, they become one of the newest minutes. */
  public void add(ScoringMinute minute) {
    table.append(List.of(write(List.of(minute))));
    if (table.files().size() > MOST_FILES) {
      merge(minute.minute().minus(KEPT));
    }
  }

  private void merge(Instant since) {
    List<DataFile> files = table.files();
    List<ScoringMinute> all =
        files.stream()
            .flatMap(file -> read(storage, file).stream())
            .sorted(Comparator.comparing(ScoringMinute::minute))
            .toList();
    List<ScoringMinute> kept =
        all.stream().filter(minute -> !minute.minute().isBefore(since)).toList();
    // Where others were quicker, they have done it.
    var unusedOutcome =
        table.replace(
            files.stream().map(DataFile::path).toList(),
            List.of(write(kept)),
            kept.size() < all.size());
  }

  private DataFile write(List<ScoringMinute> rows) {
    int size = rows.size();
    List<ColumnVector> columns =
        List.of(
            Vectors.longs(TimestampType.TIMESTAMP, size, i -> micros(rows.get(i).minute())),
            numbers(rows, ScoringMinute::scored),
            numbers(rows, ScoringMinute::hot),
            Vectors.optionalDoubles(size, i -> rows.get(i).meanProbability()),
            numbers(rows, ScoringMinute::latencyP50Millis),
            numbers(rows, ScoringMinute::latencyP99Millis),
            Vectors.optionalDoubles(size, i -> rows.get(i).psi()),
            numbers(rows, ScoringMinute::notANumber),
            numbers(rows, ScoringMinute::unseenCategories),
            numbers(rows, ScoringMinute::withoutProfile),
            numbers(rows, ScoringMinute::modelVersion));
    return table.write(List.of(Vectors.batch(SCHEMA, size, columns)));
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static ColumnVector numbers(
      List<ScoringMinute> rows, ToLongFunction<ScoringMinute> value) {
    return Vectors.longs(LongType.LONG, rows.size(), i -> value.applyAsLong(rows.get(i)));
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
}
