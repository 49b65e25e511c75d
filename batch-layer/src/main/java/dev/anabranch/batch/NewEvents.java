package dev.anabranch.batch;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;

import dev.anabranch.lakehouse.spark.AcceptedEvents;
import java.util.Optional;
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
  private static final String COPIES = "copies";

  private final Dataset<Row> distinct;
  private final Dataset<Row> rows;
  private final long accepted;

  private NewEvents(Dataset<Row> distinct, Dataset<Row> rows, long accepted) {
    this.distinct = distinct;
    this.rows = rows;
    this.accepted = accepted;
  }

  /**
   * @param records Kafka's
   * @param master the events that are there already; empty: none
   */
  static NewEvents among(Dataset<Row> records, Optional<Dataset<Row>> master) {
    Dataset<Row> distinct =
        firstCopies(AcceptedEvents.of(records)).persist(StorageLevel.MEMORY_AND_DISK());
    Row counts =
        distinct
            .agg(
                coalesce(sum(COPIES), lit(0L)).as("accepted"),
                count(lit(1)).as("distinct"),
                min("event_id").as("least"),
                max("event_id").as("greatest"))
            .first();
    long accepted = counts.getAs("accepted");
    long ids = counts.getAs("distinct");
    if (ids == 0 || master.isEmpty()) {
      return new NewEvents(distinct, distinct.drop(COPIES), accepted);
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
    Dataset<Row> rows = distinct.join(known, "event_id", "left_anti").drop(COPIES);
    return new NewEvents(distinct, rows, accepted);
  }

  static Dataset<Row> firstCopies(Dataset<Row> events) {
    WindowSpec sameId = Window.partitionBy("event_id");
    WindowSpec arrival = sameId.orderBy("kafka_timestamp", "kafka_partition", "kafka_offset");
    return events
        .withColumn("place", row_number().over(arrival))
        .withColumn(COPIES, count(lit(1)).over(sameId))
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

  /** Records that the validator accepts, copies included. */
  long accepted() {
    return accepted;
  }

  @Override
  public void close() {
    distinct.unpersist();
  }
}
