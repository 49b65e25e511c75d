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

/** Rows of {@code models/trainings}: one for each change of a training's state, never altered. */
final class TrainingFiles implements Ledger.Rows<TrainingRun> {
  static final TrainingFiles ROWS = new TrainingFiles();

  private static final StructType SCHEMA =
      new StructType()
          .add("run_id", StringType.STRING)
          .add("attempt", LongType.LONG)
          .add("state", StringType.STRING)
          .add("started_at", TimestampType.TIMESTAMP)
          .add("finished_at", TimestampType.TIMESTAMP)
          .add("version", LongType.LONG)
          .add("outcome", StringType.STRING);

  private TrainingFiles() {}

  @Override
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public DataFile write(TableWriter table, TrainingRun run) {
    List<ColumnVector> columns =
        List.of(
            OneRow.of(run.runId()),
            OneRow.of(run.attempt()),
            OneRow.of(run.state().wireName()),
            OneRow.of(run.startedAt()),
            OneRow.ofInstant(run.finishedAt()),
            OneRow.ofNumber(run.version()),
            OneRow.ofText(run.outcome()));
    return table.write(List.of(Vectors.batch(SCHEMA, 1, columns)));
  }

  @Override
  public List<TrainingRun> read(Storage storage, DataFile file) {
    List<TrainingRun> runs = new ArrayList<>();
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

  private static TrainingRun run(OneRow row) {
    return new TrainingRun(
        row.text("run_id"),
        row.number("attempt"),
        RunState.ofWireName(row.text("state")),
        row.instant("started_at"),
        row.optionalInstant("finished_at"),
        row.isNull("version") ? Optional.empty() : Optional.of(row.number("version")),
        row.optionalText("outcome"));
  }
}
