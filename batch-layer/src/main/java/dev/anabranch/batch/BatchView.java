package dev.anabranch.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.to_date;

import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.spark.ViewColumns;
import dev.anabranch.lakehouse.view.DistinctSketch;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.View;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The table {@code batch/VIEW} and how a run brings it up to date. A view by minutes is partitioned
 * by date, and the dates of new events are made anew from the master dataset. Any other view is
 * partitioned by a hash of its first key, and rows of the new events merge into those of their
 * hash; where its rows do not merge exactly, it is made anew as a whole.
 */
final class BatchView {
  private static final int BUCKETS = 16;

  private final View view;
  private final BatchTable table;
  private final Optional<Key> minute;

  BatchView(SparkSession spark, Storage storage, LakeLayout lake, View view) {
    this.view = view;
    this.minute = view.keys().stream().filter(Key.Minute.class::isInstance).findFirst();
    DataType type = minute.isPresent() ? DataTypes.DateType : DataTypes.IntegerType;
    this.table =
        new BatchTable(
            spark,
            storage,
            lake.batchView(view),
            new BatchTable.Layout(
                ViewColumns.schema(view).add(partition(), type),
                partition(),
                ViewColumns.keyColumns(view),
                "1: sketches of 2^%d, %d buckets, %s".formatted(DistinctSketch.LG_K, BUCKETS, view),
                // Readers read these tables as a whole: the number of rows is all they ask of a
                // file.
                Map.of("delta.dataSkippingNumIndexedCols", "0")));
  }

  String tableName() {
    return "batch/" + view.name();
  }

  BatchTable table() {
    return table;
  }

  private String partition() {
    return minute.isPresent() ? MasterEvents.PARTITION : "bucket";
  }

  /**
   * Brings the rows up to date.
   *
   * @param master all events, the new ones included
   * @param added the events that the table has not seen
   */
  void add(MasterEvents master, MasterEvents.Added added) {
    List<String> dates = List.copyOf(added.dates());
    if (minute.isPresent()) {
      table.replace(dates, aggregate(master.table().read(dates)));
    } else if (ViewColumns.mergesExactly(view)) {
      merge(aggregate(added.rows()));
    } else {
      remake(master);
    }
  }

  private void merge(Dataset<Row> added) {
    List<Integer> buckets = added.select(partition()).distinct().as(Encoders.INT()).collectAsList();
    Dataset<Row> rows = table.read(buckets).unionByName(added).drop(partition());
    table.replace(buckets, placed(ViewColumns.merge(view, rows)));
  }

  /** All rows anew, under the definition of this program. */
  void remake(MasterEvents master) {
    table.remake();
    table.append(aggregate(master.table().read()));
  }

  private Dataset<Row> aggregate(Dataset<Row> events) {
    return placed(ViewColumns.aggregate(view, events));
  }

  private Dataset<Row> placed(Dataset<Row> rows) {
    Column place =
        minute
            .map(key -> to_date(col(key.name())))
            .orElseGet(() -> pmod(hash(col(view.keys().get(0).name())), lit(BUCKETS)));
    return rows.withColumn(partition(), place);
  }
}
