package dev.anabranch.speed;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Runs an epoch as one Spark job: validate where the records are read, bring copies together, fold.
 */
public final class EpochJob {
  /** Below so many records one task does it all: a shuffle would cost more than it spreads. */
  private static final long ONE_TASK_RECORDS = 20_000;

  private EpochJob() {}

  /** For streams that keep nothing between epochs. */
  public static EpochPart run(Dataset<Row> records, long count, EpochFold fold) {
    if (count <= ONE_TASK_RECORDS) {
      return merged(
          rows(records)
              .coalesce(1)
              .mapPartitions(rows -> one(fold.fold(Arrivals.validated(rows), EpochFold.Gate.OPEN)))
              .collect());
    }
    int tasks = records.sparkSession().sparkContext().defaultParallelism();
    return merged(
        byEvent(records, tasks, tasks)
            .mapPartitions(blocks -> one(fold.fold(Arrivals.read(blocks), EpochFold.Gate.OPEN)))
            .collect());
  }

  /**
   * Blocks of arrivals, all copies of an event in the same one of {@code targets} partitions, which
   * depends on the event's id alone.
   */
  public static JavaRDD<byte[]> byEvent(Dataset<Row> records, int readers, int targets) {
    return blocks(records, readers, targets, Arrivals.Together.EVENT);
  }

  /** As {@link #byEvent}, all events of a lead in the same partition, with their pages. */
  public static JavaRDD<byte[]> byLead(Dataset<Row> records, int readers, int targets) {
    return blocks(records, readers, targets, Arrivals.Together.LEAD);
  }

  private static JavaRDD<byte[]> blocks(
      Dataset<Row> records, int readers, int targets, Arrivals.Together together) {
    return rows(records)
        .coalesce(Math.max(1, readers))
        .mapPartitionsToPair(rows -> Arrivals.blocks(Arrivals.validated(rows), targets, together))
        .partitionBy(new HashPartitioner(targets))
        .values();
  }

  /** How many tasks should read an epoch of so many records. */
  public static int readers(Dataset<Row> records, long count) {
    return count <= ONE_TASK_RECORDS
        ? 1
        : records.sparkSession().sparkContext().defaultParallelism();
  }

  public static EpochPart merged(List<EpochPart> parts) {
    return EpochPart.merge(new ArrayList<>(parts));
  }

  private static JavaRDD<InternalRow> rows(Dataset<Row> records) {
    return records.queryExecution().toRdd().toJavaRDD();
  }

  private static Iterator<EpochPart> one(EpochPart part) {
    return List.of(part).iterator();
  }
}
