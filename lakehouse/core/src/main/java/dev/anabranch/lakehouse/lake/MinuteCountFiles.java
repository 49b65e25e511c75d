package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.anomaly.Group;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;

/** Counts of events alone, of the files of {@code batch/activity}. */
public final class MinuteCountFiles {
  private static final StructType COLUMNS =
      new StructType()
          .add("window_start", TimestampType.TIMESTAMP)
          .add("event_type", StringType.STRING)
          .add("channel", StringType.STRING)
          .add("events", LongType.LONG);

  private MinuteCountFiles() {}

  /** Hears of a minute's events of a group. */
  @FunctionalInterface
  public interface Counted {
    void count(long micros, Group group, long events);
  }

  /** Reads a file. */
  public static void read(Storage storage, DataFile file, Counted counted) {
    ParquetFiles.read(
        storage,
        file,
        COLUMNS,
        batch -> {
          for (int index = 0; index < batch.getSize(); index++) {
            OneRow row = new OneRow(batch, index);
            counted.count(
                row.number("window_start"),
                new Group(row.text("event_type"), row.text("channel")),
                row.number("events"));
          }
        });
  }
}
