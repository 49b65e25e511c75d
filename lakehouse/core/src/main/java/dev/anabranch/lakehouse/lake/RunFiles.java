package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.delta.Vectors;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
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
    Optional<BatchRun.Figures> figures = run.figures();
    List<ColumnVector> columns =
        List.of(
            OneRow.of(run.runId()),
            OneRow.of(run.attempt()),
            OneRow.of(run.state().wireName()),
            Vectors.maps(OFFSETS, 1, row -> run.boundary().byPartition()),
            OneRow.of(run.boundaryEpoch()),
            OneRow.of(run.startedAt()),
            OneRow.ofInstant(run.finishedAt()),
            OneRow.ofNumber(figures.map(BatchRun.Figures::records)),
            OneRow.ofNumber(figures.map(BatchRun.Figures::events)),
            OneRow.ofNumber(figures.map(BatchRun.Figures::duplicates)),
            OneRow.ofNumber(figures.map(BatchRun.Figures::quarantined)),
            OneRow.ofNumber(figures.map(BatchRun.Figures::ingested)),
            Vectors.maps(VERSIONS, 1, row -> run.versions()),
            OneRow.ofText(run.error()));
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
            runs.add(run(new OneRow(batch, row)));
          }
        });
    return runs;
  }

  private static BatchRun run(OneRow row) {
    return new BatchRun(
        row.text("run_id"),
        row.number("attempt"),
        RunState.ofWireName(row.text("state")),
        offsets(row.column("boundary"), row.index()),
        row.number("boundary_epoch"),
        row.instant("started_at"),
        row.optionalInstant("finished_at"),
        row.isNull("records") ? Optional.empty() : Optional.of(figures(row)),
        versions(row.column("versions"), row.index()),
        row.optionalText("error"));
  }

  private static BatchRun.Figures figures(OneRow row) {
    return new BatchRun.Figures(
        row.number("records"),
        row.number("events"),
        row.number("duplicates"),
        row.number("quarantined"),
        row.number("ingested_records"));
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
}
