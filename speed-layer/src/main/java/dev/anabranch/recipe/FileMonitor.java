package dev.anabranch.recipe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** New files of a folder as a stream; rows that do not fit the schema are set aside. */
@Command(
    name = "file-monitor",
    mixinStandardHelpOptions = true,
    description = "A folder's new CSV or JSON files: fixed schema, bad rows aside, files archived.")
final class FileMonitor extends SparkRecipe {

  /** Not inferred: the first file would decide for all that follow. */
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "event_id STRING, lead_id STRING, event_type STRING, amount DECIMAL(18,2),"
              + " event_time TIMESTAMP, damaged STRING");

  @Option(names = "--in", required = true, paramLabel = "FOLDER", description = "Watched.")
  private Path in = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Gets events (Parquet), damaged rows (JSON) and the checkpoint.")
  private Path out = Path.of("");

  @Option(
      names = "--archive",
      required = true,
      paramLabel = "FOLDER",
      description = "Gets the files that were read, outside of --in.")
  private Path archive = Path.of("");

  @Option(
      names = "--format",
      defaultValue = "csv",
      paramLabel = "csv|json",
      description = "Of the files (default: ${DEFAULT-VALUE}).")
  private String format = "";

  @Override
  void run(SparkSession spark, Duration time) throws Exception {
    Dataset<Row> rows =
        spark
            .readStream()
            .format(format)
            .schema(SCHEMA)
            .option("header", true)
            .option("mode", "PERMISSIVE")
            .option("columnNameOfCorruptRecord", "damaged")
            .option("maxFilesPerTrigger", 1)
            .option("cleanSource", "archive") // A file goes one batch after it was read.
            .option("sourceArchiveDir", archive.toAbsolutePath().toString())
            .load(in.toAbsolutePath().toString())
            .withColumn("file", input_file_name());

    StreamingQuery query =
        rows.writeStream()
            .option("checkpointLocation", out.resolve("checkpoint").toString())
            .trigger(trigger())
            .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> write(batch))
            .start();
    query.awaitTermination(time.toMillis());
    query.stop();
  }

  /**
   * At least once: after a crash the last batch is written again (recipe sinks: how to avoid it).
   */
  private void write(Dataset<Row> batch) {
    batch.persist(); // Else the files would be read once for each sink.
    Dataset<Row> good = batch.where(col("damaged").isNull().and(col("event_id").isNotNull()));
    Dataset<Row> bad = batch.where(col("damaged").isNotNull().or(col("event_id").isNull()));
    good.drop("damaged").write().mode(SaveMode.Append).parquet(out.resolve("events").toString());
    bad.select("damaged", "file")
        .write()
        .mode(SaveMode.Append)
        .json(out.resolve("damaged").toString());
    System.out.printf("%d events, %d damaged rows%n", good.count(), bad.count());
    batch.unpersist();
  }
}
