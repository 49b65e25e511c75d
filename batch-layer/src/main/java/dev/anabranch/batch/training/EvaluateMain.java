package dev.anabranch.batch.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.lit;

import dev.anabranch.lakehouse.config.DurationText;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lead.ProfileSnapshot;
import dev.anabranch.lakehouse.spark.AcceptedEvents;
import dev.anabranch.lakehouse.spark.SparkSessions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Trains and measures on a file of events, one JSON a line, with the very code of trainings: {@code
 * EvaluateMain FILE HORIZON}. The model's card goes to standard output; nothing is kept.
 */
public final class EvaluateMain {
  private EvaluateMain() {}

  public static void main(String[] args) {
    try (SparkSession spark =
        SparkSessions.start(
            new Settings.Spark("local[*]"),
            "evaluate",
            Map.of("spark.sql.shuffle.partitions", "8"))) {
      System.out.println(card(spark, args[0], DurationText.parse(args[1])));
    } catch (PlatformException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  static String card(SparkSession spark, String file, Duration horizon) {
    Dataset<Row> records =
        spark
            .read()
            .text(file)
            .select(
                col("value").cast("binary").as("value"),
                current_timestamp().as("timestamp"),
                lit(0).as("partition"),
                lit(0L).as("offset"));
    Dataset<Row> events =
        AcceptedEvents.accepted(AcceptedEvents.judge(records)).dropDuplicates("event_id").cache();
    return new Trainer(horizon, Instant.now())
        .train(events, ProfileSnapshot.EMPTY, Optional.empty(), step -> {})
        .card()
        .toString();
  }
}
