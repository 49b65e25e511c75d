package dev.anabranch.speed;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.lake.Offsets;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The log of events as a stream of (partition, offset, timestamp, value). */
public final class EpochSource {
  private EpochSource() {}

  /**
   * The stream.
   *
   * @param from where a stream without a checkpoint begins
   */
  public static Dataset<Row> stream(
      SparkSession spark, Settings.Kafka kafka, Offsets from, long maxRecordsPerEpoch) {
    return spark
        .readStream()
        .format("kafka")
        .option("kafka.bootstrap.servers", kafka.bootstrapServers())
        .option("subscribe", kafka.topic())
        .option("startingOffsets", EpochRange.startingOffsets(from, kafka.topic()))
        .option("maxOffsetsPerTrigger", maxRecordsPerEpoch)
        .option("failOnDataLoss", true)
        // What a producer took back was never sent.
        .option("kafka.isolation.level", "read_committed")
        // The consumer's long poll holds back the request for offsets behind it: with the default,
        // 500 ms, an epoch waits for that.
        .option("kafka.fetch.max.wait.ms", 20)
        .load()
        .select("partition", "offset", "timestamp", "value");
  }
}
