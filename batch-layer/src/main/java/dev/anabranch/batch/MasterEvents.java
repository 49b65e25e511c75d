package dev.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.spark.AcceptedEvents;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The table {@code master/events}: every accepted event once, as it came first. */
final class MasterEvents {
  static final String NAME = "master/events";
  static final String PARTITION = "event_date";

  /** A run adds a file or more to each date that it has events of. */
  private static final int MOST_FILES_A_DATE = 24;

  private final BatchTable table;

  MasterEvents(SparkSession spark, Storage storage, LakeLayout lake) {
    this.table =
        new BatchTable(
            spark,
            storage,
            lake.masterEvents(),
            new BatchTable.Layout(
                AcceptedEvents.SCHEMA,
                PARTITION,
                List.of(col("event_id")),
                "1",
                Map.of("delta.dataSkippingStatsColumns", "event_id,event_time")));
  }

  /**
   * What an append brought.
   *
   * @param rows the events, read back from the table's files: they stay the same whatever is
   *     written later
   * @param dates their dates, ISO 8601
   */
  record Added(long events, Dataset<Row> rows, Set<String> dates) {
    Added {
      dates = Set.copyOf(dates);
    }
  }

  BatchTable table() {
    return table;
  }

  /** Adds events that are not there yet. */
  Added append(Dataset<Row> events) {
    List<DataFile> files = table.append(events);
    Set<String> dates = new TreeSet<>();
    files.forEach(file -> dates.add(file.partitionValues().get(PARTITION)));
    return new Added(files.stream().mapToLong(DataFile::rows).sum(), table.readFiles(files), dates);
  }

  /** Writes dates anew that have come to lie in many small files. */
  void compact(Set<String> dates) {
    table.compact(dates, MOST_FILES_A_DATE);
  }

  /** The events whose first copy lies below a boundary: what a run up to there had put in. */
  Dataset<Row> below(Offsets boundary) {
    Column below = lit(false);
    for (Map.Entry<Integer, Long> end : boundary.byPartition().entrySet()) {
      below =
          below.or(
              col("kafka_partition")
                  .equalTo(end.getKey())
                  .and(col("kafka_offset").lt(end.getValue())));
    }
    return table.read().filter(below);
  }
}
