package dev.anabranch.recipe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.split;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Words of a socket's lines, counted; each result is the whole table (complete mode). */
@Command(
    name = "word-count",
    mixinStandardHelpOptions = true,
    description = "Socket source, complete mode, console sink: words counted as lines come.")
final class WordCount extends SparkRecipe {

  @Option(
      names = "--lines",
      paramLabel = "FILE",
      description = "The lines to count, - for what you type (default: - ).")
  private Path lines = Path.of("-");

  @Option(
      names = "--pause",
      paramLabel = "TIME",
      defaultValue = "200ms",
      description = "Between two lines (default: ${DEFAULT-VALUE}).")
  private Duration pause = Duration.ZERO;

  @Override
  void run(SparkSession spark, Duration time) throws Exception {
    try (LineServer server = LineServer.start(reader(), pause)) {
      Dataset<Row> incoming =
          spark
              .readStream()
              .format("socket")
              .option("host", "127.0.0.1")
              .option("port", server.port())
              .load();

      Dataset<Row> counts =
          incoming
              .select(explode(split(lower(col("value")), "[^\\p{L}\\p{N}]+")).as("word"))
              .where(col("word").notEqual(""))
              .groupBy("word")
              .count()
              .orderBy(col("count").desc(), col("word")); // Only complete mode can be sorted.

      StreamingQuery query =
          counts
              .writeStream()
              .outputMode(OutputMode.Complete())
              .format("console")
              .trigger(Trigger.ProcessingTime(1_000))
              .start();
      query.awaitTermination(time.toMillis());
      query.stop();
    }
  }

  private BufferedReader reader() throws Exception {
    return lines.equals(Path.of("-"))
        ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        : Files.newBufferedReader(lines);
  }
}
