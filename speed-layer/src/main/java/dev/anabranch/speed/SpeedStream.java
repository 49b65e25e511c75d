package dev.anabranch.speed;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.NewestEpoch;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.QuarantineFiles;
import dev.anabranch.lakehouse.lake.TileFiles;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The speed layer's stream. An epoch is one micro-batch: records are validated, copies inside the
 * epoch removed, tiles of every view made, refused records committed to the quarantine, and then
 * the tiles and the epoch's offsets in one commit, which makes the epoch visible. An epoch that is
 * done again after a crash changes nothing.
 */
public final class SpeedStream implements EpochStream {
  private static final Logger LOG = LoggerFactory.getLogger(SpeedStream.class);
  private static final String APPLICATION = "speed";

  private final SparkSession spark;
  private final Settings settings;
  private final Storage storage;
  private final LakeLayout lake;
  private final TableWriter tiles;
  private final TableWriter quarantine;
  private final StreamCheckpoint checkpoint;
  private final EpochRange range;
  private final EpochListener listener;
  private final EpochGate gate = new EpochGate();
  private volatile EpochHeader last;

  private SpeedStream(
      SparkSession spark, Settings settings, Storage storage, Clock clock, EpochListener listener) {
    this.spark = spark;
    this.listener = listener;
    this.settings = settings;
    this.storage = storage;
    this.lake = new LakeLayout(settings.lake().uri());
    this.tiles = TableWriter.open(storage, lake.speedTiles(), TileFiles.SCHEMA, clock);
    this.quarantine = TableWriter.open(storage, lake.quarantine(), QuarantineFiles.SCHEMA, clock);
    this.last = NewestEpoch.of(storage, tiles, APPLICATION).orElseGet(this::begin);
    String topic = settings.kafka().topic();
    Path folder = lake.checkpoint("speed");
    this.checkpoint =
        StreamCheckpoint.find(spark, storage, folder, topic, last)
            .orElseGet(() -> beginBehind(last, folder));
    this.range = new EpochRange(spark, checkpoint, topic);
  }

  /**
   * The table is the truth. The quarantine may be an epoch ahead of it, and the next epoch may have
   * other records than that one had.
   */
  private StreamCheckpoint beginBehind(EpochHeader end, Path folder) {
    quarantine.takeBack(QuarantineFiles.APPLICATION, end.epoch());
    return StreamCheckpoint.begin(storage, folder, end);
  }

  /** Opens the tables, and commits epoch 0 where the stream is new. */
  public static SpeedStream open(
      SparkSession spark, Settings settings, Storage storage, Clock clock) {
    return open(spark, settings, storage, clock, EpochListener.NONE);
  }

  /** The same with somebody who hears of the epochs. */
  public static SpeedStream open(
      SparkSession spark, Settings settings, Storage storage, Clock clock, EpochListener listener) {
    return new SpeedStream(spark, settings, storage, clock, listener);
  }

  private EpochHeader begin() {
    EpochHeader beginning = EpochHeader.beginning(Topic.beginning(settings.kafka()));
    DataFile file = TileFiles.write(storage, lake.speedTiles(), beginning, Map.of());
    tiles.append(List.of(file), APPLICATION, 0);
    return beginning;
  }

  @Override
  public StreamingQuery start(Trigger trigger) throws TimeoutException {
    return EpochSource.stream(
            spark, settings.kafka(), checkpoint.from(), settings.speed().maxRecordsPerEpoch())
        .writeStream()
        .queryName("speed")
        .option("checkpointLocation", checkpoint.location())
        .trigger(trigger)
        .foreachBatch((Dataset<Row> records, Long batch) -> gate.run(() -> epoch(records, batch)))
        .start();
  }

  @Override
  public void stop(StreamingQuery query) throws TimeoutException {
    gate.close();
    query.stop();
  }

  /** The newest epoch that is visible. */
  public EpochHeader last() {
    return last;
  }

  private void epoch(Dataset<Row> records, long batch) {
    long epoch = checkpoint.epoch(batch);
    if (range.isCommitted(batch, last)) {
      LOG.info("Epoch {} is committed already: nothing to do", epoch);
      return;
    }
    Offsets until = range.until(batch, last);
    URI root = lake.root();
    EpochFold fold = new EpochFold(root, settings.kafka().topic(), epoch, true);
    EpochPart part = EpochJob.run(records, until.since(last.until()), fold);
    if (!part.refused().isEmpty()) {
      quarantine.append(part.refused(), QuarantineFiles.APPLICATION, epoch);
    }
    EpochHeader header = header(epoch, until, part);
    DataFile file = TileFiles.write(storage, lake.speedTiles(), header, part.tiles());
    if (tiles.append(List.of(file), APPLICATION, epoch).isEmpty()) {
      throw new IllegalStateException(
          "Epoch %d was committed by another process: does a second speed layer run on %s?"
              .formatted(epoch, lake.root()));
    }
    last = header;
    listener.committed(header, part.tiles());
  }

  private EpochHeader header(long epoch, Offsets until, EpochPart part) {
    OptionalLong newest = part.newestKafkaTimes().values().stream().mapToLong(t -> t).max();
    return new EpochHeader(
        epoch,
        epoch,
        last.until(),
        until,
        newest.isPresent() ? newest : last.newestKafkaTimestamp(),
        last.acceptedTotal() + part.accepted(),
        last.quarantinedTotal() + part.quarantined(),
        last.duplicatesTotal() + part.duplicates(),
        0,
        OptionalLong.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>());
  }
}
