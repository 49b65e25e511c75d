package dev.anabranch.speed.bench;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.speed.SpeedStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The speed layer reads the whole topic into a lake of its own.
 *
 * @param millis how long it took
 * @param quarantined records that it refused
 */
public record SpeedCatchUp(long millis, long quarantined) {

  /** Does it once. */
  public static SpeedCatchUp run(SparkSession spark, Settings settings) throws Exception {
    Settings scratch =
        settings.over(
            freshFolder(), settings.kafka().topic(), settings.speed().maxRecordsPerEpoch());
    SpeedStream stream =
        SpeedStream.open(spark, scratch, Storage.of(scratch.lake()), Clock.systemUTC());
    long began = System.nanoTime();
    StreamingQuery query = stream.start(Trigger.AvailableNow());
    query.awaitTermination();
    return new SpeedCatchUp(millisSince(began), stream.last().quarantinedTotal());
  }

  /** A folder that nothing is in. */
  public static URI freshFolder() throws IOException {
    return Files.createTempDirectory("throughput").toUri();
  }

  /** Milliseconds since a time of {@link System#nanoTime}. */
  public static long millisSince(long began) {
    return (System.nanoTime() - began) / 1_000_000;
  }
}
