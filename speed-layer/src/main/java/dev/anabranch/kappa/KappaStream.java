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
import dev.anabranch.speed.Compactor;
import dev.anabranch.speed.EpochFold;
import dev.anabranch.speed.EpochGate;
import dev.anabranch.speed.EpochJob;
import dev.anabranch.speed.EpochPart;
import dev.anabranch.speed.EpochRange;
import dev.anabranch.speed.EpochSource;
import dev.anabranch.speed.EpochStream;
import dev.anabranch.speed.StateJob;
import dev.anabranch.speed.StreamCheckpoint;
import dev.anabranch.speed.Topic;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
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
  private final StateJob job;
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
    this.last = NewestEpoch.of(storage, tiles, application).orElseGet(this::begin);
    this.checkpoint =
        checkpoint(spark, settings, storage, generation, last).orElseGet(() -> beginAnew(last));
    this.range = new EpochRange(spark, checkpoint, settings.kafka().topic());
    this.job = new StateJob(spark, checkpoint, SeenEvents.KEY, SeenEvents.VALUE);
    this.watermark = new Watermark(settings.kappa().watermarkDelay(), settings.kappa().idleAfter());
    this.compactor =
        new Compactor(
            lake.kappaTiles(generation),
            tiles,
            new TileMerging(storage, lake.kappaTiles(generation)),
            settings.kappa().compactEvery());
  }

  /** Opens the generation's table, and commits epoch 0 where it is new. */
  public static KappaStream open(
      SparkSession spark, Settings settings, Storage storage, Clock clock, long generation) {
    return new KappaStream(spark, settings, storage, clock, generation);
  }

  /**
   * True where the table has epochs but the checkpoint does not go on behind them, or the state of
   * seen events is gone: what was seen is not known any more, so the generation must be made anew
   * from the log.
   */
  public static boolean lostItsState(
      SparkSession spark, Settings settings, Storage storage, long generation) {
    LakeLayout lake = new LakeLayout(settings.lake().uri());
    TableTail tail = new TableTail(storage, lake.kappaTiles(generation));
    tail.poll();
    return NewestEpoch.of(storage, tail, "kappa-" + generation)
        .filter(last -> last.epoch() > 0)
        .map(last -> checkpoint(spark, settings, storage, generation, last).isEmpty())
        .orElse(false);
  }

  private static Optional<StreamCheckpoint> checkpoint(
      SparkSession spark, Settings settings, Storage storage, long generation, EpochHeader last) {
    Path folder = new LakeLayout(settings.lake().uri()).checkpoint("kappa-" + generation);
    return StreamCheckpoint.find(spark, storage, folder, settings.kafka().topic(), last)
        .filter(found -> StateJob.hasState(storage, found, last.epoch()));
  }

  private StreamCheckpoint beginAnew(EpochHeader end) {
    Path folder = lake.checkpoint(application);
    if (end.epoch() > 0) {
      throw new IllegalStateException(
          "Generation %d has epochs up to %d in %s, but %s does not know which events they hold. Make a new generation: anabranch kappa reprocess."
              .formatted(generation, end.epoch(), lake.kappaTiles(generation), folder));
    }
    return StreamCheckpoint.begin(storage, folder, end);
  }

  /** Where a generation that does not run stands. */
  static Offsets end(Storage storage, LakeLayout lake, long generation) {
    TableTail tail = new TableTail(storage, lake.kappaTiles(generation));
    tail.poll();
    return NewestEpoch.of(storage, tail, "kappa-" + generation)
        .map(EpochHeader::until)
        .orElse(Offsets.NONE);
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
    if (range.isCommitted(batch, last)) {
      LOG.info("Epoch {} of generation {} is committed already", epoch, generation);
      return;
    }
    Offsets until = range.until(batch, last);
    OptionalLong late = watermark.after(last);
    EpochFold fold = new EpochFold(lake.root(), settings.kafka().topic(), epoch, false);
    EpochPart part = run(records, until.since(last.until()), fold, late, batch);
    EpochHeader header = header(epoch, until, late, part);
    DataFile file = TileFiles.write(storage, lake.kappaTiles(generation), header, part.tiles());
    if (tiles.append(List.of(file), application, epoch).isEmpty()) {
      throw new IllegalStateException(
          "Epoch %d of generation %d was committed by another process: does a second Kappa run on %s?"
              .formatted(epoch, generation, lake.root()));
    }
    stateRows = part.stateRows();
    last = header;
    compactor.added(file, header);
  }

  private EpochPart run(
      Dataset<Row> records, long count, EpochFold fold, OptionalLong late, long batch) {
    JavaRDD<byte[]> blocks =
        EpochJob.byEvent(records, EpochJob.readers(records, count), StateJob.PARTITIONS);
    return EpochJob.merged(job.run(blocks, batch, EpochPart.class, update(fold, late)));
  }

  /** An Optional is not serializable. */
  private static StateJob.Update<EpochPart> update(EpochFold fold, OptionalLong late) {
    long watermark = late.orElse(Long.MIN_VALUE);
    return (state, arrivals) -> {
      SeenEvents seen =
          new SeenEvents(
              state,
              watermark == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(watermark),
              fold.epoch());
      EpochPart part = fold.fold(arrivals, seen);
      seen.commit();
      return part.withStateRows(seen.size());
    };
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
        new TreeMap<>(
            EpochPart.newest(Stream.of(last.newestKafkaTimes(), part.newestKafkaTimes()))),
        Watermark.acceptedTimes(last, until.byPartition().keySet(), part.newestAcceptedTimes()));
  }
}
