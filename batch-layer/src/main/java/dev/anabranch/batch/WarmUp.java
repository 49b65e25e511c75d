package dev.anabranch.batch;

import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.TileFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes a run over a topic of sample records into a folder that is thrown away. The first run of
 * a JVM loads and compiles thousands of classes, which takes longer than the run itself; here it
 * does so while nobody waits.
 */
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final long UNLIMITED = Long.MAX_VALUE;

  private WarmUp() {}

  /**
   * Returns when the run is done or not wanted any more. Does not throw.
   *
   * @param unwanted whether something else is to be done
   */
  static void of(SparkSession spark, Settings settings, Clock clock, BooleanSupplier unwanted) {
    if (settings.kafka().warmUpTopic().isEmpty()) {
      return;
    }
    long began = System.nanoTime();
    try {
      java.nio.file.Path folder = Files.createTempDirectory("warm-up");
      try {
        rehearse(
            spark,
            settings.over(folder.toUri(), settings.kafka().warmUpTopic().get(), UNLIMITED),
            clock,
            unwanted);
      } finally {
        delete(folder);
      }
      LOG.info(
          "{} after {} ms",
          unwanted.getAsBoolean() ? "Warm-up broken off" : "Warmed up",
          (System.nanoTime() - began) / 1_000_000);
    } catch (IOException | RuntimeException e) {
      LOG.warn("Not warmed up, so the first run takes longer: {}", e.getMessage(), e);
    }
  }

  private static void rehearse(
      SparkSession spark, Settings settings, Clock clock, BooleanSupplier unwanted) {
    Storage storage = Storage.of(settings.lake());
    LakeLayout lake = new LakeLayout(settings.lake().uri());
    EpochHeader samples = samples(spark, settings.kafka());
    DataFile file = TileFiles.write(storage, lake.speedTiles(), samples, Map.of());
    TableWriter.open(storage, lake.speedTiles(), TileFiles.SCHEMA, clock)
        .append(List.of(file), "speed", samples.epoch());
    RunLedger.open(storage, lake, clock)
        .claim(
            Optional.of("warm-up"), () -> new RunLedger.Boundary(samples.epoch(), samples.until()));
    new BatchService(spark, storage, settings, clock, unwanted, step -> {}).poll();
  }

  /** The whole topic as one epoch. */
  private static EpochHeader samples(SparkSession spark, Settings.Kafka kafka) {
    SortedMap<Integer, Long> from = new TreeMap<>();
    SortedMap<Integer, Long> until = new TreeMap<>();
    List<Row> partitions =
        spark
            .read()
            .format("kafka")
            .option("kafka.bootstrap.servers", kafka.bootstrapServers())
            .option("subscribe", kafka.topic())
            .load()
            .groupBy("partition")
            .agg(min("offset"), max("offset"))
            .collectAsList();
    for (Row partition : partitions) {
      from.put(partition.getInt(0), partition.getLong(1));
      until.put(partition.getInt(0), partition.getLong(2) + 1);
    }
    return new EpochHeader(
        0,
        1,
        new Offsets(from),
        new Offsets(until),
        OptionalLong.empty(),
        0,
        0,
        0,
        0,
        OptionalLong.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>());
  }

  private static void delete(java.nio.file.Path folder) throws IOException {
    Path path = new Path(folder.toUri());
    Storage.local().fileSystem(path).delete(path, true);
  }
}
