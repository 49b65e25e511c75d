package dev.anabranch.speed;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.QuarantineFiles;
import dev.anabranch.lakehouse.lake.RefusedRecord;
import dev.anabranch.lakehouse.spark.SparkSessions;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes an epoch's refused records into files of the quarantine, not committed yet. */
final class RefusedFiles {
  /** What one file holds at most, so that a topic full of refused records fits into memory. */
  private static final int RECORDS = 50_000;

  private static final long BYTES = 16L << 20;

  private final URI lake;
  private final long epoch;
  private final List<RefusedRecord> waiting = new ArrayList<>();
  private final List<DataFile> files = new ArrayList<>();
  private long bytes;

  RefusedFiles(URI lake, long epoch) {
    this.lake = lake;
    this.epoch = epoch;
  }

  void add(RefusedRecord record) {
    waiting.add(record);
    bytes += record.detail().length() + record.value().map(value -> value.length).orElse(0);
    if (waiting.size() >= RECORDS || bytes >= BYTES) {
      flush();
    }
  }

  /** The files of all that was added. */
  List<DataFile> finish() {
    if (!waiting.isEmpty()) {
      flush();
    }
    return files;
  }

  private void flush() {
    files.add(
        QuarantineFiles.write(
            ExecutorStorage.of(lake), new LakeLayout(lake).quarantine(), epoch, waiting));
    waiting.clear();
    bytes = 0;
  }

  /** One storage a process: engines are costly to make and safe to share. */
  private static final class ExecutorStorage {
    private static final Map<URI, Storage> BY_LAKE = new HashMap<>();

    static synchronized Storage of(URI lake) {
      return BY_LAKE.computeIfAbsent(lake, SparkSessions::storageInTask);
    }
  }
}
