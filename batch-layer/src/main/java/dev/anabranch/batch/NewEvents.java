package dev.anabranch.batch;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.anabranch.lakehouse.spark.AcceptedEvents;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.storage.StorageLevel;

/**
 * The events of a range of records that the master dataset does not have. Of several copies the
 * first stays: by Kafka timestamp, then partition, then offset. Held in memory, spilled to disk,
 * until closed.
 */
final class NewEvents implements AutoCloseable {
  private final Dataset<Row> judged;
  private final Dataset<Row> rows;
  private final long records;
  private final long refused;

  private NewEvents(Dataset<Row> judged, Dataset<Row> rows, long records, long refused) {
    this.judged = judged;
    this.rows = rows;
    this.records = records;
    this.refused = refused;
  }

  /**
   * @param records Kafka's
   * @param master the events that are there already; empty: none
   */
  static NewEvents among(Dataset<Row> records, Optional<Dataset<Row>> master) {
    Dataset<Row> judged =
        firstCopies(AcceptedEvents.judge(records)).persist(StorageLevel.MEMORY_AND_DISK());
    Column isEvent = col("event_id").isNotNull();
    Row counts =
        judged
            .agg(
                coalesce(sum(AcceptedEvents.RECORDS), lit(0L)).as("records"),
                coalesce(sum(when(not(isEvent), col(AcceptedEvents.RECORDS))), lit(0L))
                    .as("refused"),
                count("event_id").as("distinct"),
                min("event_id").as("least"),
                max("event_id").as("greatest"))
            .first();
    long read = counts.getAs("records");
    long refused = counts.getAs("refused");
    long ids = counts.getAs("distinct");
    Dataset<Row> distinct = AcceptedEvents.accepted(judged);
    if (ids == 0 || master.isEmpty()) {
      return new NewEvents(judged, distinct, read, refused);
    }
    // The range lets statistics skip files; the rest is read in one column and not shuffled unless
    // the new ids are many.
    Dataset<Row> known =
        master
            .get()
            .select("event_id")
            .filter(
                col("event_id").between(counts.getAs("least"), counts.<Object>getAs("greatest")))
            .join(distinct.select("event_id"), "event_id", "left_semi");
    Dataset<Row> rows = distinct.join(known, "event_id", "left_anti");
    return new NewEvents(judged, rows, read, refused);
  }

  /**
   * Of the rows with the same id the first, which then stands for the records of all; so do the
   * rows without an event, together.
   */
  private static Dataset<Row> firstCopies(Dataset<Row> judged) {
    WindowSpec sameId = Window.partitionBy("event_id");
    WindowSpec arrival = sameId.orderBy("kafka_timestamp", "kafka_partition", "kafka_offset");
    return judged
        .withColumn("place", row_number().over(arrival))
        .withColumn(AcceptedEvents.RECORDS, sum(AcceptedEvents.RECORDS).over(sameId))
        .filter(col("place").equalTo(1))
        .drop("place");
  }

  /**
   * In the columns of {@code master/events}. To be evaluated once, and before the master dataset
   * changes.
   */
  Dataset<Row> rows() {
    return rows;
  }

  /** Records that were read, refused ones and copies included. */
  long records() {
    return records;
  }

  /** Records among them that the validator refuses. */
  long refused() {
    return refused;
  }

  @Override
  public void close() {
    judged.unpersist();
  }
}
