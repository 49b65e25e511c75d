package dev.anabranch.batch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.lake.Offsets;
import java.util.Map;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The records of the topic from one position to another, exclusive; none where they are the same.
 */
record KafkaRange(Settings.Kafka kafka, Offsets from, Offsets until) {
  /** More Spark partitions than the topic has are read at once where there are so many records. */
  private static final long MANY = 100_000;

  /** Kafka is given up after some three times as long; a broker that restarts is back by then. */
  private static final Map<String, String> TIMEOUTS =
      Map.of(
          "kafka.request.timeout.ms", "8000",
          "kafka.default.api.timeout.ms", "8000",
          "kafkaConsumer.pollTimeoutMs", "20000");

  private static final ObjectMapper JSON = new ObjectMapper();

  KafkaRange {
    if (!until.reaches(from)) {
      throw new IllegalArgumentException("Records from %s to %s".formatted(from, until));
    }
  }

  boolean isEmpty() {
    return offsets() == 0;
  }

  /** At most so many records: the end of a transaction takes an offset too. */
  private long offsets() {
    return until.since(from);
  }

  /**
   * The records, in Kafka's columns; the position must not be empty. Records that Kafka no longer
   * has are an error.
   */
  Dataset<Row> read(SparkSession spark) {
    ArrayNode partitions = JSON.createArrayNode();
    ObjectNode starts = JSON.createObjectNode();
    ObjectNode ends = JSON.createObjectNode();
    until
        .byPartition()
        .forEach(
            (partition, end) -> {
              if (end > from.at(partition)) {
                partitions.add(partition);
                starts.put(partition.toString(), from.at(partition));
                ends.put(partition.toString(), end);
              }
            });
    DataFrameReader reader =
        spark
            .read()
            .format("kafka")
            .option("kafka.bootstrap.servers", kafka.bootstrapServers())
            .option("assign", ofTopic(partitions))
            .option("startingOffsets", ofTopic(starts))
            .option("endingOffsets", ofTopic(ends))
            .option("failOnDataLoss", "true")
            // What a producer took back was never sent.
            .option("kafka.isolation.level", "read_committed")
            // A long poll would hold back the requests behind it.
            .option("kafka.fetch.max.wait.ms", "20");
    TIMEOUTS.forEach(reader::option);
    if (offsets() > MANY) {
      reader.option(
          "minPartitions",
          Math.max(partitions.size(), 2 * spark.sparkContext().defaultParallelism()));
    }
    return reader.load();
  }

  private String ofTopic(com.fasterxml.jackson.databind.JsonNode node) {
    return JSON.valueToTree(Map.of(kafka.topic(), node)).toString();
  }
}
