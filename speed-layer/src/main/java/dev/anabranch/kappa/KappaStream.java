package dev.anabranch.kappa;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.NewestEpoch;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.speed.EpochFold;
import dev.anabranch.speed.EpochGate;
import dev.anabranch.speed.EpochPart;
import dev.anabranch.speed.EpochRange;
import dev.anabranch.speed.EpochSource;
import dev.anabranch.speed.EpochStream;
import dev.anabranch.speed.StreamCheckpoint;
import dev.anabranch.speed.Topic;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One generation of the Kappa stream. An epoch leaves out late records, removes the copies that its
 * state knows, and commits the tiles of what is left as increments, which merge on read and are
 * compacted behind: that costs what it changes, where an upsert by MERGE costs what it finds.
 */
public final class KappaStream implements EpochStream {
  private static final Logger LOG = LoggerFactory.getLogger(KappaStream.class);

  private final SparkSession spark;
  private final Settings settings;
  private final Storage storage;
  private final LakeLayout lake;
  private final long generation;
  private final String application;
  private final TableWriter tiles;
  private final Compactor compactor;
  private final StreamCheckpoint checkpoint;
  private final EpochRange range;
  private final KappaJob job;
  private final Watermark watermark;
  private final EpochGate gate = new EpochGate();
  private volatile EpochHeader last;
  private volatile long stateRows;

  private KappaStream(
      SparkSession spark, Settings settings, Storage storage, Clock clock, long generation) {
    this.spark = spark;
    this.settings = settings;
    this.storage = storage;
    this.lake = new LakeLayout(settings.lake().uri());
    this.generation = generation;
    this.application = "kappa-" + generation;
    this.tiles = TableWriter.open(storage, lake.kappaTiles(generation), TileFiles.SCHEMA, clock);
    this.last =
        tiles
            .transaction(application)
            .flatMap(epoch -> NewestEpoch.of(storage, tiles.files(), epoch))
            .orElseGet(this::begin);
    this.checkpoint = StreamCheckpoint.open(storage, lake.checkpoint("kappa-" + generation), last);
    this.range = new EpochRange(spark, checkpoint.location(), settings.kafka().topic());
    this.job = new KappaJob(spark, checkpoint.location() + "/state");
    this.watermark = new Watermark(settings.kappa().watermarkDelay(), settings.kappa().idleAfter());
    this.compactor =
        new Compactor(storage, lake.kappaTiles(generation), tiles, settings.kappa().compactEvery());
  }

  /** Opens the generation's table, and commits epoch 0 where it is new. */
  public static KappaStream open(
      SparkSession spark, Settings settings, Storage storage, Clock clock, long generation) {
    return new KappaStream(spark, settings, storage, clock, generation);
  }

  /**
   * True where the table has epochs but the checkpoint with the state of seen events is gone: what
   * was seen is not known any more, so the generation must be made anew from the log.
   */
  public static boolean lostItsState(Storage storage, LakeLayout lake, long generation) {
    TableTail tail = new TableTail(storage, lake.kappaTiles(generation));
    tail.poll();
    return tail.transaction("kappa-" + generation).orElse(0L) > 0
        && !StreamCheckpoint.exists(storage, lake.checkpoint("kappa-" + generation));
  }

  private EpochHeader begin() {
    EpochHeader beginning = EpochHeader.beginning(Topic.beginning(settings.kafka()));
    DataFile file = TileFiles.write(storage, lake.kappaTiles(generation), beginning, Map.of());
    tiles.append(List.of(file), application, 0);
    return beginning;
  }

  @Override
  public StreamingQuery start(Trigger trigger) throws TimeoutException {
    return EpochSource.stream(
            spark, settings.kafka(), checkpoint.from(), settings.kappa().maxRecordsPerEpoch())
        .writeStream()
        .queryName(application)
        .option("checkpointLocation", checkpoint.location())
        .trigger(trigger)
        .foreachBatch((Dataset<Row> records, Long batch) -> gate.run(() -> epoch(records, batch)))
        .start();
  }

  @Override
  public void stop(StreamingQuery query) throws TimeoutException {
    gate.close();
    query.stop();
    compactor.close();
  }

  public long generation() {
    return generation;
  }

  /** The newest epoch that is visible. */
  public EpochHeader last() {
    return last;
  }

  /** How many events the state remembers. */
  public long stateRows() {
    return stateRows;
  }

  private void epoch(Dataset<Row> records, long batch) {
    long epoch = checkpoint.epoch(batch);
    if (epoch <= last.epoch()) {
      LOG.info("Epoch {} of generation {} is committed already", epoch, generation);
      return;
    }
    Offsets until = range.until(batch);
    OptionalLong late = watermark.after(last);
    EpochFold fold = new EpochFold(lake.root(), settings.kafka().topic(), epoch, false);
    EpochPart part = job.run(records, until.since(last.until()), fold, late, batch);
    EpochHeader header = header(epoch, until, late, part);
    DataFile file = TileFiles.write(storage, lake.kappaTiles(generation), header, part.tiles());
    tiles.append(List.of(file), application, epoch);
    stateRows = part.stateRows();
    last = header;
    compactor.added(file, header);
  }

  private EpochHeader header(long epoch, Offsets until, OptionalLong late, EpochPart part) {
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
        last.lateTotal() + part.late(),
        late,
        new TreeMap<>(
            EpochPart.newest(Stream.of(last.newestEventTimes(), part.newestEventTimes()))),
        Watermark.kafkaTimes(last, until.byPartition().keySet(), part.newestKafkaTimes()));
  }
}
