package dev.anabranch.recipe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.window;

import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sums over event time, in each output mode, with or without a watermark. */
@Command(
    name = "aggregations",
    mixinStandardHelpOptions = true,
    description =
        "Windows over event time, running sums a lead, sums that stand out; by output mode.")
final class Aggregations extends KafkaRecipe {

  /** What is summed. */
  enum Of {
    /** Minutes, one after the other. */
    tumbling,
    /** Five minutes, anew each minute: every event is in five of them. */
    sliding,
    /** Each lead's revenue so far. */
    leads,
    /** Only leads whose revenue so far is extreme. */
    extremes
  }

  @Option(
      names = "--of",
      defaultValue = "tumbling",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Of of = Of.tumbling;

  @Option(
      names = "--mode",
      defaultValue = "update",
      description = "append, update or complete (default: ${DEFAULT-VALUE}).")
  private String mode = "";

  @Option(
      names = "--watermark",
      defaultValue = "10 minutes",
      description = "How late an event may be; none for no bound (default: ${DEFAULT-VALUE}).")
  private String watermark = "";

  @Option(
      names = "--above",
      defaultValue = "500",
      description = "What revenue is extreme (default: ${DEFAULT-VALUE}).")
  private long above;

  @Override
  void run(SparkSession spark, Duration time) throws Exception {
    Dataset<Row> events = events(spark);
    if (!watermark.equals("none")) {
      events = events.withWatermark("event_time", watermark);
    }
    StreamingQuery query =
        summed(events)
            .writeStream()
            .outputMode(mode)
            .format("console")
            .option("truncate", false)
            .trigger(trigger())
            .start();
    query.awaitTermination(time.toMillis());
    query.stop();
  }

  private Dataset<Row> summed(Dataset<Row> events) {
    return switch (of) {
      case tumbling -> windows(events, "1 minute");
      case sliding -> windows(events, "5 minutes");
      case leads -> leads(events);
      case extremes -> leads(events).where(col("revenue").gt(lit(above)));
    };
  }

  private static Dataset<Row> windows(Dataset<Row> events, String length) {
    return events
        .groupBy(window(col("event_time"), length, "1 minute"), col("event_type"))
        .agg(count("*").as("events"), sum("amount").as("revenue"));
  }

  private static Dataset<Row> leads(Dataset<Row> events) {
    return events.groupBy("lead_id").agg(count("*").as("events"), sum("amount").as("revenue"));
  }
}
