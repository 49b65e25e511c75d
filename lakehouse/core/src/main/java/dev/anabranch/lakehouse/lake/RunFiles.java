package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.delta.Vectors;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Rows of {@code batch/runs}: one for each change of a run's state, never altered. */
final class RunFiles implements Ledger.Rows<BatchRun> {
  static final RunFiles ROWS = new RunFiles();

  private static final MapType OFFSETS = new MapType(IntegerType.INTEGER, LongType.LONG, false);
  private static final MapType VERSIONS = new MapType(StringType.STRING, LongType.LONG, false);

  private static final StructType SCHEMA =
      new StructType()
          .add("run_id", StringType.STRING)
          .add("attempt", LongType.LONG)
          .add("state", StringType.STRING)
          .add("boundary", OFFSETS)
          .add("boundary_epoch", LongType.LONG)
          .add("started_at", TimestampType.TIMESTAMP)
          .add("finished_at", TimestampType.TIMESTAMP)
          .add("records", LongType.LONG)
          .add("events", LongType.LONG)
          .add("duplicates", LongType.LONG)
          .add("quarantined", LongType.LONG)
          .add("ingested_records", LongType.LONG)
          .add("versions", VERSIONS)
          .add("error", StringType.STRING);

  private RunFiles() {}

  @Override
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public DataFile write(TableWriter table, BatchRun run) {
    List<ColumnVector> columns = new ArrayList<>();
    columns.add(text(run.runId()));
    columns.add(number(run.attempt()));
    columns.add(text(run.state().wireName()));
    columns.add(Vectors.maps(OFFSETS, 1, row -> run.boundary().byPartition()));
    columns.add(number(run.boundaryEpoch()));
    columns.add(instant(Optional.of(run.startedAt())));
    columns.add(instant(run.finishedAt()));
    if (run.figures().isPresent()) {
      BatchRun.Figures figures = run.figures().get();
      columns.add(number(figures.records()));
      columns.add(number(figures.events()));
      columns.add(number(figures.duplicates()));
      columns.add(number(figures.quarantined()));
      columns.add(number(figures.ingested()));
    } else {
      for (int i = 0; i < 5; i++) {
        columns.add(Vectors.nulls(LongType.LONG, 1));
      }
    }
    columns.add(Vectors.maps(VERSIONS, 1, row -> run.versions()));
    columns.add(text(run.error().orElse(null)));
    return table.write(List.of(Vectors.batch(SCHEMA, 1, columns)));
  }

  @Override
  public List<BatchRun> read(Storage storage, DataFile file) {
    List<BatchRun> runs = new ArrayList<>();
    ParquetFiles.read(
        storage,
        file,
        SCHEMA,
        batch -> {
          for (int row = 0; row < batch.getSize(); row++) {
            runs.add(run(batch, row));
          }
        });
    return runs;
  }

  private static BatchRun run(ColumnarBatch batch, int row) {
    ColumnVector records = column(batch, "records");
    return new BatchRun(
        column(batch, "run_id").getString(row),
        column(batch, "attempt").getLong(row),
        RunState.ofWireName(column(batch, "state").getString(row)),
        offsets(column(batch, "boundary"), row),
        column(batch, "boundary_epoch").getLong(row),
        instant(column(batch, "started_at"), row).orElseThrow(),
        instant(column(batch, "finished_at"), row),
        records.isNullAt(row)
            ? Optional.empty()
            : Optional.of(
                new BatchRun.Figures(
                    records.getLong(row),
                    column(batch, "events").getLong(row),
                    column(batch, "duplicates").getLong(row),
                    column(batch, "quarantined").getLong(row),
                    column(batch, "ingested_records").getLong(row))),
        versions(column(batch, "versions"), row),
        column(batch, "error").isNullAt(row)
            ? Optional.empty()
            : Optional.of(column(batch, "error").getString(row)));
  }

  private static ColumnVector column(ColumnarBatch batch, String name) {
    return batch.getColumnVector(batch.getSchema().indexOf(name));
  }

  private static Optional<Instant> instant(ColumnVector column, int row) {
    return column.isNullAt(row)
        ? Optional.empty()
        : Optional.of(Instant.EPOCH.plus(column.getLong(row), ChronoUnit.MICROS));
  }

  private static Offsets offsets(ColumnVector column, int row) {
    SortedMap<Integer, Long> result = new TreeMap<>();
    MapValue map = column.getMap(row);
    for (int i = 0; i < map.getSize(); i++) {
      result.put(map.getKeys().getInt(i), map.getValues().getLong(i));
    }
    return new Offsets(result);
  }

  private static SortedMap<String, Long> versions(ColumnVector column, int row) {
    SortedMap<String, Long> result = new TreeMap<>();
    MapValue map = column.getMap(row);
    for (int i = 0; i < map.getSize(); i++) {
      result.put(map.getKeys().getString(i), map.getValues().getLong(i));
    }
    return result;
  }

  private static ColumnVector text(String value) {
    return Vectors.texts(1, row -> value);
  }

  private static ColumnVector number(long value) {
    return Vectors.longs(LongType.LONG, 1, row -> value);
  }

  private static ColumnVector instant(Optional<Instant> value) {
    DataType type = TimestampType.TIMESTAMP;
    return value
        .map(v -> Vectors.longs(type, 1, row -> ChronoUnit.MICROS.between(Instant.EPOCH, v)))
        .orElseGet(() -> Vectors.nulls(type, 1));
  }
}
