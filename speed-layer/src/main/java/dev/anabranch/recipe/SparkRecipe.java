package dev.anabranch.recipe;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.spark.SparkSessions;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import picocli.CommandLine.Option;

/** A recipe in Spark, which works in this process. */
abstract class SparkRecipe extends Recipe {

  @Option(
      names = "--now",
      description = "Takes what is there now, in as many epochs as that needs, and ends.")
  private boolean now;

  @Override
  final void run(Duration time) throws Exception {
    try (SparkSession spark =
        SparkSessions.start(new Settings.Spark("local[2]"), "recipe", Map.of())) {
      run(spark, time);
    }
  }

  /** When the next epoch begins, each a second at least. */
  final Trigger trigger() {
    return now ? Trigger.AvailableNow() : Trigger.ProcessingTime(1_000);
  }

  /** The program; returns when the time is over. */
  abstract void run(SparkSession spark, Duration time) throws Exception;
}
