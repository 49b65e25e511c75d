package dev.anabranch.speed;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.StatusDocument;
import dev.anabranch.lakehouse.process.PartLifecycle;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The speed layer as a process. */
public final class SpeedMain {
  private static final Logger LOG = LoggerFactory.getLogger(SpeedMain.class);
  private static final Duration STATUS_EVERY = Duration.ofSeconds(1);

  private SpeedMain() {}

  /**
   * Runs until it is told to stop.
   *
   * @param arguments the path of the settings file
   */
  public static void main(String[] arguments) {
    PartLifecycle lifecycle = PartLifecycle.start();
    try {
      run(
          Settings.load(Optional.of(Path.of(arguments[0])), System.getenv(), ConfigFactory.empty()),
          lifecycle);
      lifecycle.exit(0);
    } catch (Exception | Error e) {
      LOG.error("The speed layer cannot go on: {}", e.getMessage(), e);
      lifecycle.exit(1);
    }
  }

  private static void run(Settings settings, PartLifecycle lifecycle) throws Exception {
    Clock clock = Clock.systemUTC();
    Storage storage = Storage.of(settings.lake());
    storage.requireSafeCommits(settings.lake().uri());
    LakeLayout lake = new LakeLayout(settings.lake().uri());
    SparkSession spark = StreamSessions.start(settings, "speed");
    WarmUp.of(
        "speed",
        settings,
        clock,
        (other, scratch) -> SpeedStream.open(spark, other, scratch, clock));
    AnomalyWatch anomalies = new AnomalyWatch(settings, storage, clock);
    SpeedStream stream = SpeedStream.open(spark, settings, storage, clock, anomalies);
    StreamingQuery query =
        stream.start(Trigger.ProcessingTime(settings.speed().triggerInterval().toMillis()));
    lifecycle.ready("{}");
    while (!lifecycle.awaitStop(STATUS_EVERY)) {
      if (!query.isActive()) {
        query.exception().foreach(SpeedMain::rethrow);
        throw new IllegalStateException("The stream ended by itself");
      }
      StatusDocument.tryToWrite(
          storage,
          lake.status("speed"),
          StreamStatus.of("speed", stream.last(), query, 0, clock.instant()));
    }
    stream.stop(query);
    anomalies.close();
    spark.stop();
  }

  private static Object rethrow(Exception e) {
    throw new IllegalStateException(e.getMessage(), e);
  }
}
