package dev.anabranch.batch.maintenance;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.QuarantineFiles;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges the small files of {@code quarantine/events}, of which each epoch with refused records
 * adds one. Records of an epoch that the speed layer has not committed are left alone: where it
 * dies it takes them back, file by file.
 */
final class QuarantineMerge {
  /** Of compressed bytes. */
  private static final long SMALL = 4 << 20;

  /** A merged file comes of so many bytes of records at most, which are held in memory. */
  private static final long MOST_BYTES = 32 << 20;

  private final Storage storage;
  private final LakeLayout lake;
  private final Clock clock;

  QuarantineMerge(Storage storage, LakeLayout lake, Clock clock) {
    this.storage = storage;
    this.lake = lake;
    this.clock = clock;
  }

  /** A file's rows in memory. */
  private record Rows(DataFile file, List<ColumnarBatch> batches, long bytes, long newestEpoch) {}

  /**
   * Merges files whose epochs are all committed.
   *
   * @param committed the newest epoch that the speed layer has committed
   * @param goOn throws where the work is not to go on
   * @return how many files others took the place of
   */
  long merge(long committed, Runnable goOn) {
    TableWriter table = TableWriter.open(storage, lake.quarantine(), QuarantineFiles.SCHEMA, clock);
    long merged = 0;
    List<Rows> group = new ArrayList<>();
    long bytes = 0;
    for (DataFile file : table.files()) {
      if (file.size() >= SMALL) {
        continue;
      }
      Rows rows = read(file);
      if (rows.newestEpoch() > committed) {
        continue;
      }
      if (bytes + rows.bytes() > MOST_BYTES) {
        goOn.run();
        merged += replace(table, group);
        group.clear();
        bytes = 0;
      }
      group.add(rows);
      bytes += rows.bytes();
    }
    goOn.run();
    return merged + replace(table, group);
  }

  private long replace(TableWriter table, List<Rows> group) {
    if (group.size() < 2) {
      return 0;
    }
    List<ColumnarBatch> rows = group.stream().flatMap(part -> part.batches().stream()).toList();
    DataFile merged = table.write(rows);
    List<String> paths = group.stream().map(part -> part.file().path()).toList();
    return table.replace(paths, List.of(merged), false) ? group.size() : 0;
  }

  private Rows read(DataFile file) {
    List<ColumnarBatch> batches = new ArrayList<>();
    ParquetFiles.read(storage, file, QuarantineFiles.SCHEMA, batches::add);
    long bytes = 0;
    long newest = Long.MIN_VALUE;
    for (ColumnarBatch batch : batches) {
      ColumnVector values = batch.getColumnVector(QuarantineFiles.SCHEMA.indexOf("value"));
      ColumnVector epochs = batch.getColumnVector(QuarantineFiles.SCHEMA.indexOf("epoch"));
      for (int row = 0; row < batch.getSize(); row++) {
        bytes += values.isNullAt(row) ? 0 : values.getBinary(row).length;
        newest = Math.max(newest, epochs.getLong(row));
      }
    }
    return new Rows(file, batches, bytes, newest);
  }
}
