package dev.anabranch.recipe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Mixin;

/** A recipe that reads the platform's topic, or another one with such events. */
abstract class KafkaRecipe extends SparkRecipe {

  /** Fixed: a stream cannot look at all its data to find out. */
  private static final StructType EVENT =
      StructType.fromDDL(
          "event_id STRING, lead_id STRING, event_type STRING, channel STRING, page STRING,"
              + " amount DECIMAL(18,2), event_time TIMESTAMP");

  @Mixin private Broker broker = new Broker();

  final Broker broker() {
    return broker;
  }

  /** Records as they come: key, value, topic, partition, offset, timestamp, timestampType. */
  final Dataset<Row> records(SparkSession spark) {
    return spark
        .readStream()
        .format("kafka")
        .option("kafka.bootstrap.servers", broker.servers())
        .option("subscribe", broker.topic())
        .option("startingOffsets", "earliest") // At the first start; then the checkpoint says.
        .load();
  }

  /** What the topic holds now, as a table. */
  final Dataset<Row> recordsUntilNow(SparkSession spark) {
    return spark
        .read()
        .format("kafka")
        .option("kafka.bootstrap.servers", broker.servers())
        .option("subscribe", broker.topic())
        .load();
  }

  /**
   * Values of the stream's records as events; a value that is none has only nulls, and is left out
   * here.
   */
  final Dataset<Row> events(SparkSession spark) {
    return records(spark)
        .select(from_json(col("value").cast("string"), EVENT).as("event"), col("timestamp"))
        .where(col("event.event_id").isNotNull())
        .select("event.*", "timestamp");
  }
}
