package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.anomaly.Baseline;
import dev.anabranch.lakehouse.anomaly.Baselines;
import dev.anabranch.lakehouse.anomaly.LeadLimit;
import dev.anabranch.lakehouse.anomaly.Pool;
import dev.anabranch.lakehouse.anomaly.Range;
import dev.anabranch.lakehouse.anomaly.Span;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.delta.Vectors;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * The table {@code batch/baselines}: what was learnt last, in one file. A row is a baseline of a
 * pool or, where the pool is of leads, a limit: its quantile is in {@code median}.
 */
public final class BaselineTable {
  static final StructType SCHEMA =
      new StructType()
          .add("batch_run", StringType.STRING)
          .add("learnt_at", TimestampType.TIMESTAMP)
          .add("pool", StringType.STRING)
          .add("span_minutes", LongType.LONG)
          .add("event_type", StringType.STRING)
          .add("channel", StringType.STRING)
          .add("hour", LongType.LONG)
          .add("minutes", LongType.LONG)
          .add("median", DoubleType.DOUBLE)
          .add("mad", DoubleType.DOUBLE)
          .add("lower", DoubleType.DOUBLE)
          .add("upper", DoubleType.DOUBLE);

  private final TableWriter table;

  private BaselineTable(TableWriter table) {
    this.table = table;
  }

  /** Opens the table to write to, and makes it where there is none. */
  public static BaselineTable open(Storage storage, LakeLayout lake, Clock clock) {
    return new BaselineTable(TableWriter.open(storage, lake.baselines(), SCHEMA, clock));
  }

  /** Puts these in the place of all that there are, in one commit; there must be some. */
  public void replace(Baselines baselines) {
    DataFile file = write(baselines);
    boolean replaced;
    do {
      List<String> before = table.files().stream().map(DataFile::path).toList();
      replaced = table.replace(before, List.of(file), true);
    } while (!replaced);
  }

  private DataFile write(Baselines baselines) {
    List<Line> lines = new ArrayList<>();
    baselines.all().forEach(baseline -> lines.add(Line.of(baseline)));
    baselines.leadLimits().forEach(limit -> lines.add(Line.of(limit)));
    int size = lines.size();
    long learntAt = ChronoUnit.MICROS.between(Instant.EPOCH, baselines.learntAt());
    List<ColumnVector> columns =
        List.of(
            Vectors.texts(size, row -> baselines.batchRun()),
            Vectors.longs(TimestampType.TIMESTAMP, size, row -> learntAt),
            Vectors.texts(size, row -> lines.get(row).pool()),
            Vectors.longs(LongType.LONG, size, row -> lines.get(row).span()),
            texts(size, row -> lines.get(row).type()),
            texts(size, row -> lines.get(row).channel()),
            Vectors.optionalLongs(
                LongType.LONG,
                size,
                row -> {
                  OptionalInt hour = lines.get(row).hour();
                  return hour.isPresent() ? (long) hour.getAsInt() : null;
                }),
            Vectors.longs(LongType.LONG, size, row -> lines.get(row).minutes()),
            Vectors.doubles(size, row -> lines.get(row).median()),
            Vectors.doubles(size, row -> lines.get(row).mad()),
            Vectors.doubles(size, row -> lines.get(row).lower()),
            Vectors.doubles(size, row -> lines.get(row).upper()));
    return table.write(List.of(Vectors.batch(SCHEMA, size, columns)));
  }

  private static ColumnVector texts(int size, IntFunction<Optional<String>> value) {
    return Vectors.texts(size, row -> value.apply(row).orElse(null));
  }

  private record Line(
      String pool,
      long span,
      Optional<String> type,
      Optional<String> channel,
      OptionalInt hour,
      long minutes,
      double median,
      double mad,
      double lower,
      double upper) {

    static Line of(Baseline baseline) {
      return new Line(
          baseline.pool().wireName(),
          baseline.span().minutes(),
          Optional.of(baseline.eventType()),
          baseline.channel(),
          baseline.hour(),
          baseline.minutes(),
          baseline.median(),
          baseline.mad(),
          (double) baseline.expected().lower(),
          (double) baseline.expected().upper());
    }

    static Line of(LeadLimit limit) {
      return new Line(
          limit.measure().wireName(),
          limit.measure().minutes(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          limit.observations(),
          limit.quantile(),
          0,
          0,
          limit.upper());
    }
  }

  /** What a file of the table holds; empty where there is none. */
  static Optional<Baselines> read(Storage storage, List<DataFile> files) {
    List<Baseline> baselines = new ArrayList<>();
    List<LeadLimit> limits = new ArrayList<>();
    List<OneRow> any = new ArrayList<>();
    for (DataFile file : files) {
      ParquetFiles.read(
          storage,
          file,
          SCHEMA,
          batch -> {
            for (int index = 0; index < batch.getSize(); index++) {
              OneRow row = new OneRow(batch, index);
              if (any.isEmpty()) {
                any.add(row);
              }
              if (row.isNull("event_type")) {
                limits.add(limit(row));
              } else {
                baselines.add(baseline(row));
              }
            }
          });
    }
    return any.stream()
        .findFirst()
        .map(
            row ->
                new Baselines(row.text("batch_run"), row.instant("learnt_at"), baselines, limits));
  }

  private static LeadLimit limit(OneRow row) {
    return new LeadLimit(
        LeadLimit.Measure.ofWireName(row.text("pool")),
        row.number("minutes"),
        row.real("median"),
        row.real("upper"));
  }

  private static Baseline baseline(OneRow row) {
    return new Baseline(
        Pool.ofWireName(row.text("pool")),
        Span.ofMinutes(row.number("span_minutes")),
        row.text("event_type"),
        row.optionalText("channel"),
        row.isNull("hour") ? OptionalInt.empty() : OptionalInt.of((int) row.number("hour")),
        row.number("minutes"),
        row.real("median"),
        row.real("mad"),
        new Range((long) row.real("lower"), (long) row.real("upper")));
  }
}
