package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.delta.Vectors;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows of {@code maintenance/runs}: one for each change of a run's state, never altered. */
final class MaintenanceFiles implements Ledger.Rows<MaintenanceRun> {
  static final MaintenanceFiles ROWS = new MaintenanceFiles();

  private static final StructType SCHEMA =
      new StructType()
          .add("run_id", StringType.STRING)
          .add("attempt", LongType.LONG)
          .add("state", StringType.STRING)
          .add("started_at", TimestampType.TIMESTAMP)
          .add("finished_at", TimestampType.TIMESTAMP)
          .add("expired_epoch_files", LongType.LONG)
          .add("merged_quarantine_files", LongType.LONG)
          .add("vacuumed_tables", LongType.LONG)
          .add("error", StringType.STRING);

  private MaintenanceFiles() {}

  @Override
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public DataFile write(TableWriter table, MaintenanceRun run) {
    Optional<MaintenanceRun.Figures> figures = run.figures();
    List<ColumnVector> columns =
        List.of(
            OneRow.of(run.runId()),
            OneRow.of(run.attempt()),
            OneRow.of(run.state().wireName()),
            OneRow.of(run.startedAt()),
            OneRow.ofInstant(run.finishedAt()),
            OneRow.ofNumber(figures.map(MaintenanceRun.Figures::expiredEpochFiles)),
            OneRow.ofNumber(figures.map(MaintenanceRun.Figures::mergedQuarantineFiles)),
            OneRow.ofNumber(figures.map(MaintenanceRun.Figures::vacuumedTables)),
            OneRow.ofText(run.error()));
    return table.write(List.of(Vectors.batch(SCHEMA, 1, columns)));
  }

  @Override
  public List<MaintenanceRun> read(Storage storage, DataFile file) {
    List<MaintenanceRun> runs = new ArrayList<>();
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

  private static MaintenanceRun run(OneRow row) {
    return new MaintenanceRun(
        row.text("run_id"),
        row.number("attempt"),
        RunState.ofWireName(row.text("state")),
        row.instant("started_at"),
        row.optionalInstant("finished_at"),
        row.isNull("expired_epoch_files")
            ? Optional.empty()
            : Optional.of(
                new MaintenanceRun.Figures(
                    row.number("expired_epoch_files"),
                    row.number("merged_quarantine_files"),
                    row.number("vacuumed_tables"))),
        row.optionalText("error"));
  }
}
