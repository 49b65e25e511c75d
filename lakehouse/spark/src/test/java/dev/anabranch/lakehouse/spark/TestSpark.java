package dev.anabranch.lakehouse.spark;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A session for the tests of this module, and records as Kafka would give them. */
final class TestSpark {
  private static final StructType RECORDS =
      new StructType()
          .add("value", DataTypes.BinaryType)
          .add("timestamp", DataTypes.TimestampType)
          .add("partition", DataTypes.IntegerType)
          .add("offset", DataTypes.LongType);

  private TestSpark() {}

  static SparkSession start() {
    return SparkSessions.start(
        new Settings.Spark("local[2]"), "test", Map.of("spark.sql.shuffle.partitions", "3"));
  }

  static Dataset<Row> events(SparkSession spark, List<Event> events) {
    return AcceptedEvents.accepted(
        AcceptedEvents.judge(
            records(spark, events.stream().map(EventJson::write).toList(), 1_800_000_000_123L)));
  }

  /** A record each value in partition 2, from offset 0; null is a record without a value. */
  static Dataset<Row> records(SparkSession spark, List<byte[]> values, long kafkaMillis) {
    List<Row> rows = new ArrayList<>();
    for (byte[] value : values) {
      rows.add(RowFactory.create(value, new Timestamp(kafkaMillis), 2, (long) rows.size()));
    }
    return spark.createDataFrame(rows, RECORDS);
  }
}
