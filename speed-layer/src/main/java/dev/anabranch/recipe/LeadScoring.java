package dev.anabranch.recipe;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.spark.AcceptedEvents;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who will buy: what a lead did, its profile and a model; who is hot goes to Kafka and a table. */
@Command(
    name = "scoring",
    mixinStandardHelpOptions = true,
    description = "Scores leads while they act; hot ones to Kafka and PostgreSQL.")
final class LeadScoring extends KafkaRecipe {

  private static final int SHOWN = 5;

  @Mixin private LeadDatabase database = new LeadDatabase();
  @Mixin private LeadModel model = new LeadModel();

  @Option(
      names = "--hot",
      paramLabel = "P",
      defaultValue = "0.7",
      description = "The probability from which a lead is hot (default: ${DEFAULT-VALUE}).")
  private double hotFrom;

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the stream keeps how far it has come, and what leads have done.")
  private Path checkpoint = Path.of("");

  @Override
  void run(SparkSession spark, Duration time) throws Exception {
    if (!(hotFrom >= 0 && hotFrom <= 1)) {
      throw new IllegalArgumentException("--hot is %s; it must be 0 to 1".formatted(hotFrom));
    }
    String hotTopic = broker().topic() + ".hot";
    broker().create(hotTopic);
    database.createTable();
    PipelineModel pipeline = model.load(recordsUntilNow(spark), database);

    Dataset<Row> leads =
        AcceptedEvents.accepted(AcceptedEvents.judge(records(spark)))
            .groupByKey((MapFunction<Row, String>) row -> row.getAs("lead_id"), Encoders.STRING())
            .mapGroupsWithState(new LeadMemory(), Encoders.BINARY(), LeadMemory.LEAD)
            .toDF("lead", "appended")
            .select("lead.*", "appended");
    StreamingQuery query =
        leads
            .writeStream()
            .outputMode("update")
            .option("checkpointLocation", checkpoint.toString())
            .trigger(trigger())
            .foreachBatch(
                (VoidFunction2<Dataset<Row>, Long>)
                    (batch, epoch) -> score(pipeline, batch, epoch, hotTopic))
            .start();
    query.awaitTermination(time.toMillis());
    query.stop();
  }

  private void score(PipelineModel pipeline, Dataset<Row> leads, long epoch, String hotTopic)
      throws Exception {
    // Used three times below, and made once: making it moves the state on.
    Dataset<Row> scored = ModelFiles.score(pipeline, database.withProfiles(leads)).persist();
    try {
      Dataset<Row> hot =
          scored
              .where(col(ModelFiles.PROBABILITY).between(hotFrom, 1)) // NaN is above 1.
              .select("lead_id", "as_of", ModelFiles.PROBABILITY, "last_type", "sector");
      hot.select(col("lead_id").as("key"), to_json(struct("*")).as("value"))
          .write()
          .format("kafka")
          .option("kafka.bootstrap.servers", broker().servers())
          .option("topic", hotTopic)
          .save();
      List<Row> found = hot.collectAsList(); // Few: that is what hot means.
      database.upsert(found);
      found.stream().limit(SHOWN).forEach(lead -> System.out.println("hot: " + lead.json()));
      Row figures =
          scored
              .select(
                  count("*"),
                  avg(ModelFiles.PROBABILITY),
                  expr("median(unix_millis(appended))").cast("long"))
              .first();
      if (figures.getLong(0) > 0) {
        System.out.printf(
            "epoch %d: %d leads scored, mean probability %.3f, %d hot, %d ms after their events%n",
            epoch,
            figures.getLong(0),
            figures.getDouble(1),
            found.size(),
            System.currentTimeMillis() - figures.getLong(2));
      }
    } finally {
      scored.unpersist();
    }
  }
}
