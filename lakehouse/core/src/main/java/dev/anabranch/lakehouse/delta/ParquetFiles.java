package dev.anabranch.lakehouse.delta;

import dev.anabranch.lakehouse.error.PlatformException;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/** Parquet files by the Kernel's handler: one file a write, durable when it returns. */
public final class ParquetFiles {
  private ParquetFiles() {}

  /** One file with all rows of the batches, which share one schema. */
  public static DataFile write(Storage storage, Path table, List<ColumnarBatch> batches) {
    CloseableIterator<FilteredColumnarBatch> data =
        Utils.toCloseableIterator(
            batches.stream()
                .map(batch -> new FilteredColumnarBatch(batch, Optional.empty()))
                .iterator());
    try (CloseableIterator<DataFileStatus> written =
        storage.engine().getParquetHandler().writeParquetFiles(table.toString(), data, List.of())) {
      DataFileStatus status = written.next();
      if (written.hasNext()) {
        throw new IllegalStateException("More rows than fit into one file of " + table);
      }
      storage.sync(status.getPath());
      return new DataFile(
          new Path(status.getPath()).toString(),
          status.getSize(),
          status.getModificationTime(),
          Map.of(),
          batches.stream().mapToLong(ColumnarBatch::getSize).sum());
    } catch (IOException e) {
      throw PlatformException.external(
          "Cannot write a file of %s: %s. Is the disk full or the folder not writable?"
              .formatted(table, e.getMessage()),
          e);
    }
  }

  /** Reads columns of a file, batch by batch; columns that it lacks are null. */
  public static void read(
      Storage storage, DataFile file, StructType columns, Consumer<ColumnarBatch> reader) {
    try {
      ParquetRows.read(storage.hadoop(), new Path(file.path()), columns, reader);
    } catch (IOException e) {
      throw PlatformException.external(
          "Cannot read %s: %s".formatted(file.path(), e.getMessage()), e);
    }
  }
}
