package dev.anabranch.recipe;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One stream into five kinds of sinks, by any trigger; each is a query with a checkpoint. */
@Command(
    name = "sinks",
    mixinStandardHelpOptions = true,
    description = "Events to the console, Parquet, Kafka, a database and Delta; by trigger.")
final class Sinks extends KafkaRecipe {
  private static final String INSERT =
      "INSERT INTO recipe_events VALUES (?, ?, ?) ON CONFLICT (event_id) DO NOTHING";

  /** Where events go. */
  enum To {
    console,
    parquet,
    kafka,
    jdbc,
    delta
  }

  @Option(
      names = "--to",
      split = ",",
      defaultValue = "console",
      description = "Any of ${COMPLETION-CANDIDATES}, with commas (default: ${DEFAULT-VALUE}).")
  private Set<To> to = EnumSet.noneOf(To.class);

  @Option(
      names = "--trigger",
      defaultValue = "processing-time",
      description = "processing-time, available-now, once or continuous.")
  private String trigger = "";

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Gets Parquet, Delta and a checkpoint for each sink.")
  private Path out = Path.of("");

  @Option(
      names = "--jdbc",
      paramLabel = "URL",
      description = "A PostgreSQL database, for --to jdbc.")
  private String jdbc = "";

  @Override
  void run(SparkSession spark, Duration time) throws Exception {
    List<StreamingQuery> queries = new ArrayList<>();
    for (To sink : to) {
      queries.add(start(events(spark), sink));
    }
    long end = System.nanoTime() + time.toNanos();
    for (StreamingQuery query : queries) {
      query.awaitTermination(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      query.stop();
      long rows = 0;
      for (var progress : query.recentProgress()) {
        rows += progress.numInputRows();
      }
      System.out.printf("%s: %d records read in this life%n", query.name(), rows);
    }
  }

  private StreamingQuery start(Dataset<Row> events, To sink) throws Exception {
    DataStreamWriter<Row> writer =
        (sink == To.kafka
                ? events.selectExpr("lead_id AS key", "to_json(struct(*)) AS value")
                : events)
            .writeStream()
            .queryName(sink.name())
            .option("checkpointLocation", out.resolve("checkpoint-" + sink).toString())
            .trigger(chosen());
    return switch (sink) {
      case console -> writer.format("console").start();
      // Its own list of files says which are whole; other readers than Spark do not know it.
      case parquet -> writer.format("parquet").start(out.resolve("parquet").toString());
      // At least once: an epoch that is done again is sent again.
      case kafka -> {
        String copy = broker().topic() + ".copy";
        broker().create(copy);
        yield writer
            .format("kafka")
            .option("kafka.bootstrap.servers", broker().servers())
            .option("topic", copy)
            .start();
      }
      // At least once, made harmless by the event's id as the key.
      case jdbc -> {
        createTable();
        yield writer
            .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> insert(batch))
            .start();
      }
      // Exactly once: the epoch's number is committed with its rows.
      case delta -> writer.format("delta").start(out.resolve("delta").toString());
    };
  }

  private Trigger chosen() {
    return switch (trigger) {
      case "processing-time" -> trigger();
      case "available-now" -> Trigger.AvailableNow();
      case "once" -> once();
      case "continuous" -> Trigger.Continuous(1_000); // The length of an epoch, not of a wait.
      default ->
          throw new IllegalArgumentException(
              "--trigger is %s; it must be processing-time, available-now, once or continuous"
                  .formatted(trigger));
    };
  }

  /** Takes everything as one batch, however much; available-now keeps the limits of a batch. */
  @SuppressWarnings("deprecation")
  private static Trigger once() {
    return Trigger.Once();
  }

  private void createTable() throws SQLException {
    if (jdbc.isEmpty()) {
      throw new IllegalArgumentException(
          "--to jdbc needs a PostgreSQL database: name one with --jdbc jdbc:postgresql://HOST:PORT/NAME");
    }
    try (Connection connection = DriverManager.getConnection(jdbc)) {
      connection
          .createStatement()
          .execute(
              "CREATE TABLE IF NOT EXISTS recipe_events"
                  + " (event_id text PRIMARY KEY, lead_id text, event_time timestamptz)");
    }
  }

  private void insert(Dataset<Row> batch) {
    String url = jdbc; // A task gets what it names, and the whole recipe is not for tasks.
    batch.foreachPartition((ForeachPartitionFunction<Row>) rows -> insert(url, rows));
  }

  private static void insert(String url, Iterator<Row> rows) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement statement = connection.prepareStatement(INSERT)) {
      connection.setAutoCommit(false);
      while (rows.hasNext()) {
        Row row = rows.next();
        statement.setString(1, row.getAs("event_id"));
        statement.setString(2, row.getAs("lead_id"));
        statement.setTimestamp(3, row.getAs("event_time"));
        statement.addBatch();
      }
      statement.executeBatch();
      connection.commit();
    }
  }
}
