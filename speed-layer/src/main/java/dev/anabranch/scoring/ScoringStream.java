package dev.anabranch.scoring;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.NewestEpoch;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.ScoreFiles;
import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.speed.Compactor;
import dev.anabranch.speed.EpochGate;
import dev.anabranch.speed.EpochJob;
import dev.anabranch.speed.EpochRange;
import dev.anabranch.speed.EpochSource;
import dev.anabranch.speed.EpochStream;
import dev.anabranch.speed.StateJob;
import dev.anabranch.speed.StreamCheckpoint;
import dev.anabranch.speed.Topic;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
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
 * Scores the leads that act. An epoch adds its events to the leads' histories, scores these leads
 * with the model that is champion when it begins, and commits scores and offsets in one commit to
 * {@code speed/scores}. Where the histories are lost, the log is read again from its beginning.
 */
final class ScoringStream implements EpochStream {
  private static final Logger LOG = LoggerFactory.getLogger(ScoringStream.class);
  private static final String CHECKPOINT = "scoring";
  private static final int COMPACT_EVERY = 32;

  private final SparkSession spark;
  private final Settings settings;
  private final Storage storage;
  private final LakeLayout lake;
  private final Champions champions;
  private final Profiles profiles;
  private final MinuteMeter meter;
  private final TableWriter scores;
  private final StreamCheckpoint checkpoint;
  private final EpochRange range;
  private final StateJob job;
  private final Scorer scorer;
  private final HotLog hotLog;
  private final HotRule hotRule;
  private final Compactor compactor;
  private final EpochGate gate = new EpochGate();
  private volatile EpochHeader last;

  private ScoringStream(
      SparkSession spark,
      Settings settings,
      Storage storage,
      Clock clock,
      Champions champions,
      Profiles profiles,
      MinuteMeter meter) {
    this.spark = spark;
    this.settings = settings;
    this.storage = storage;
    this.lake = new LakeLayout(settings.lake().uri());
    this.champions = champions;
    this.profiles = profiles;
    this.meter = meter;
    this.scores = TableWriter.open(storage, lake.speedScores(), ScoreFiles.SCHEMA, clock);
    this.last =
        NewestEpoch.of(storage, scores, ScoreFiles.APPLICATION)
            .orElseGet(() -> commit(EpochHeader.beginning(Topic.beginning(settings.kafka()))));
    String topic = settings.kafka().topic();
    Path folder = lake.checkpoint(CHECKPOINT);
    this.checkpoint =
        StreamCheckpoint.find(spark, storage, folder, topic, last)
            .filter(found -> StateJob.hasState(storage, found, last.epoch()))
            .orElseGet(() -> beginAnew(folder));
    this.range = new EpochRange(spark, checkpoint, topic);
    this.job = new StateJob(spark, checkpoint, LeadStates.KEY, LeadStates.VALUE);
    this.scorer = new Scorer(clock);
    this.hotLog = HotLog.of(storage, scores.files());
    this.hotRule = new HotRule(settings.scoring().hotFrom());
    hotRule.remember(hotLog.all());
    this.compactor =
        new Compactor(
            lake.speedScores(),
            scores,
            new ScoreMerging(storage, lake.speedScores()),
            COMPACT_EVERY);
  }

  /** Opens the table, and commits epoch 0 where the stream is new. */
  static ScoringStream open(
      SparkSession spark,
      Settings settings,
      Storage storage,
      Clock clock,
      Champions champions,
      Profiles profiles,
      MinuteMeter meter) {
    return new ScoringStream(spark, settings, storage, clock, champions, profiles, meter);
  }

  /** Nothing is known of the leads: an epoch goes back to the log's beginning. */
  private StreamCheckpoint beginAnew(Path folder) {
    if (last.epoch() > 0) {
      LOG.warn(
          "The histories of leads after epoch {} are gone: the log is read again from its beginning",
          last.epoch());
      last = commit(backToBeginning(last, Topic.beginning(settings.kafka())));
    }
    return StreamCheckpoint.begin(storage, folder, last);
  }

  private static EpochHeader backToBeginning(EpochHeader end, Offsets beginning) {
    return new EpochHeader(
        end.epoch() + 1,
        end.epoch() + 1,
        beginning,
        beginning,
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

  private EpochHeader commit(EpochHeader header) {
    DataFile file = ScoreFiles.write(storage, lake.speedScores(), header, List.of());
    scores.append(List.of(file), ScoreFiles.APPLICATION, header.epoch());
    return header;
  }

  /** Starts; there must be a champion, or the first epoch fails. */
  @Override
  public StreamingQuery start(Trigger trigger) throws TimeoutException {
    return EpochSource.stream(
            spark, settings.kafka(), checkpoint.from(), settings.scoring().maxRecordsPerEpoch())
        .writeStream()
        .queryName(CHECKPOINT)
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

  /** The newest epoch that is visible. */
  EpochHeader last() {
    return last;
  }

  /** The hot leads of the epochs that are visible. */
  HotLog hotLog() {
    return hotLog;
  }

  private void epoch(Dataset<Row> records, long batch) {
    long epoch = checkpoint.epoch(batch);
    if (range.isCommitted(batch, last)) {
      LOG.info("Epoch {} is committed already: nothing to do", epoch);
      return;
    }
    Champion champion = champions.current().orElseThrow();
    Offsets until = range.until(batch, last);
    long count = until.since(last.until());
    JavaRDD<byte[]> blocks =
        EpochJob.byLead(records, EpochJob.readers(records, count), StateJob.PARTITIONS);
    List<LeadShare> shares =
        job.run(blocks, batch, LeadShare.class, new LeadStates(profiles.state().snapshot()));
    List<LeadInput> inputs = new ArrayList<>();
    shares.forEach(share -> inputs.addAll(share.inputs()));
    Scorer.Scored scored = scorer.score(epoch, inputs, champion);
    List<LeadScore> judged = hotRule.judge(scored.scores(), champion.horizon());
    EpochHeader header = header(epoch, until, shares);
    DataFile file = ScoreFiles.write(storage, lake.speedScores(), header, judged);
    if (scores.append(List.of(file), ScoreFiles.APPLICATION, epoch).isEmpty()) {
      throw new IllegalStateException(
          "Epoch %d was committed by another process: does a second scoring stream run on %s?"
              .formatted(epoch, lake.root()));
    }
    last = header;
    List<LeadScore> hot = judged.stream().filter(LeadScore::hot).toList();
    hotRule.remember(hot);
    hotLog.add(hot);
    meter.add(scored, judged, champion.version());
    compactor.added(file, header);
  }

  private EpochHeader header(long epoch, Offsets until, List<LeadShare> shares) {
    long newest = shares.stream().mapToLong(LeadShare::newestKafkaMillis).max().orElseThrow();
    return new EpochHeader(
        epoch,
        epoch,
        last.until(),
        until,
        newest == Long.MIN_VALUE ? last.newestKafkaTimestamp() : OptionalLong.of(newest),
        last.acceptedTotal() + shares.stream().mapToLong(LeadShare::accepted).sum(),
        last.quarantinedTotal() + shares.stream().mapToLong(LeadShare::quarantined).sum(),
        last.duplicatesTotal() + shares.stream().mapToLong(LeadShare::duplicates).sum(),
        0,
        OptionalLong.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>());
  }
}
