package dev.anabranch.speed.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.process.PartLifecycle;
import dev.anabranch.speed.EpochFold;
import dev.anabranch.speed.EpochJob;
import dev.anabranch.speed.EpochSource;
import dev.anabranch.speed.StreamSessions;
import dev.anabranch.speed.Topic;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole topic as a catch-up does, in turns with the speed layer's sink and without any:
 * the same Spark job, whose result is then thrown away. One round of each is not counted. Ends with
 * the line {@code READY
 * {"with_sink_millis":[…],"without_sink_millis":[…],"quarantined_records":…}}.
 */
public final class ThroughputMain {
  private static final Logger LOG = LoggerFactory.getLogger(ThroughputMain.class);
  private static final int ROUNDS = 5;

  private final SparkSession spark;
  private final Settings settings;
  private long quarantined;

  private ThroughputMain(SparkSession spark, Settings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /**
   * Runs once.
   *
   * @param arguments the path of the settings file
   */
  public static void main(String[] arguments) {
    PartLifecycle lifecycle = PartLifecycle.start();
    try {
      Settings settings =
          Settings.load(Optional.of(Path.of(arguments[0])), Map.of(), ConfigFactory.empty());
      SparkSession spark = StreamSessions.start(settings, "throughput");
      lifecycle.ready(new ThroughputMain(spark, settings).run().toString());
      lifecycle.exit(0);
    } catch (Exception | Error e) {
      LOG.error("No throughput was measured: {}", e.getMessage(), e);
      lifecycle.exit(1);
    }
  }

  private ObjectNode run() throws Exception {
    ObjectNode result = new ObjectMapper().createObjectNode();
    withSink();
    withoutSink();
    for (int round = 0; round < ROUNDS; round++) {
      result.withArray("with_sink_millis").add(withSink());
      result.withArray("without_sink_millis").add(withoutSink());
    }
    return result.put("quarantined_records", quarantined);
  }

  private long withSink() throws Exception {
    SpeedCatchUp once = SpeedCatchUp.run(spark, settings);
    quarantined = once.quarantined();
    return once.millis();
  }

  private long withoutSink() throws Exception {
    URI folder = SpeedCatchUp.freshFolder();
    Offsets from = Topic.beginning(settings.kafka());
    EpochFold fold = new EpochFold(folder, settings.kafka().topic(), 1, false);
    long began = System.nanoTime();
    EpochSource.stream(spark, settings.kafka(), from, settings.speed().maxRecordsPerEpoch())
        .writeStream()
        .option("checkpointLocation", folder.toString())
        .trigger(Trigger.AvailableNow())
        .foreachBatch(
            (Dataset<Row> records, Long batch) -> {
              // More records than one task takes, as in a catch-up's epochs but the last.
              EpochJob.run(records, settings.speed().maxRecordsPerEpoch(), fold);
            })
        .start()
        .awaitTermination();
    return SpeedCatchUp.millisSince(began);
  }
}
