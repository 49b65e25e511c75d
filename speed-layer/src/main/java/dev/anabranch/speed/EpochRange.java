package dev.anabranch.speed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.lakehouse.lake.Offsets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.OffsetSeq;
import org.apache.spark.sql.execution.streaming.OffsetSeqLog;

/** Reads from a checkpoint where a micro-batch ends: Spark writes that before it runs the batch. */
public final class EpochRange {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OffsetSeqLog log;
  private final String topic;

  public EpochRange(SparkSession spark, String checkpoint, String topic) {
    this.log = new OffsetSeqLog(spark, checkpoint + "/offsets");
    this.topic = topic;
  }

  /** Exclusive end of the micro-batch. */
  public Offsets until(long batchId) {
    OffsetSeq offsets = log.get(batchId).get();
    return parse(offsets.offsets().head().get().json(), topic);
  }

  /** Kafka's source offsets: {@code {"topic":{"0":12}}}. */
  static Offsets parse(String json, String topic) {
    try {
      SortedMap<Integer, Long> result = new TreeMap<>();
      JsonNode partitions = JSON.readTree(json).path(topic);
      partitions
          .fields()
          .forEachRemaining(
              field -> result.put(Integer.valueOf(field.getKey()), field.getValue().asLong()));
      return new Offsets(result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The position in the form that Kafka's source takes as {@code startingOffsets}. */
  static String startingOffsets(Offsets position, String topic) {
    return JSON.createObjectNode().set(topic, JSON.valueToTree(position.byPartition())).toString();
  }
}
