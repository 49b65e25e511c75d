package dev.anabranch.recipe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Events to a topic of their kind, their bytes and keys as they came. */
@Command(
    name = "kafka-to-kafka",
    mixinStandardHelpOptions = true,
    description = "Routes purchases, other events and the rest to topics of their own.")
final class KafkaToKafka extends KafkaRecipe {

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the stream keeps how far it has come.")
  private Path checkpoint = Path.of("");

  @Override
  void run(SparkSession spark, Duration time) throws Exception {
    Column type = get_json_object(col("value").cast("string"), "$.event_type");
    String purchases = broker().topic() + ".purchases";
    String others = broker().topic() + ".others";
    String unreadable = broker().topic() + ".unreadable";
    broker().create(purchases, others, unreadable);
    Column target =
        when(type.equalTo("purchase"), lit(purchases))
            .when(type.isNotNull(), lit(others))
            .otherwise(lit(unreadable));

    // The key stays, so events of a lead stay in order; partitions are the new topic's own.
    Dataset<Row> routed = records(spark).select(target.as("topic"), col("key"), col("value"));

    StreamingQuery query =
        routed
            .writeStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", broker().servers())
            .option("checkpointLocation", checkpoint.toString())
            .trigger(trigger())
            .start();
    query.awaitTermination(time.toMillis());
    query.stop();
  }
}
