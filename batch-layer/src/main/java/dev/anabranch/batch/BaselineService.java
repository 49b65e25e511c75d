package dev.anabranch.batch;

import dev.anabranch.batch.anomaly.BaselineJob;
import dev.anabranch.lakehouse.anomaly.Baselines;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.BaselineReader;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.RunLedger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has baselines learnt behind batch runs: the first as soon as there is enough history, then as
 * often as the settings say. It shares the thread of the {@link BatchService}: a run that is asked
 * for meanwhile ends the learning, which begins anew behind that run. What fails is tried again
 * with the next run that is due.
 */
final class BaselineService {
  private static final Logger LOG = LoggerFactory.getLogger(BaselineService.class);
  private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(30);

  private final SparkSession spark;
  private final RunLedger runs;
  private final BaselineReader reader;
  private final BaselineJob job;
  private final Optional<Duration> every;
  private final Clock clock;
  private final BooleanSupplier unwanted;
  private final Progress progress;
  private Optional<String> seenRun = Optional.empty();
  private Instant notBefore = Instant.EPOCH;

  /**
   * @param unwanted whether a learning is not to go on; may be asked from any thread
   * @param progress is told of each step
   */
  BaselineService(
      SparkSession spark,
      Storage storage,
      Settings settings,
      Clock clock,
      BooleanSupplier unwanted,
      Progress progress) {
    LakeLayout lake = new LakeLayout(settings.lake().uri());
    this.spark = spark;
    this.runs = RunLedger.open(storage, lake, clock);
    this.reader = new BaselineReader(storage, lake);
    this.job = new BaselineJob(spark, storage, lake, settings.anomalies(), clock);
    this.every = settings.anomalies().learnEvery();
    this.clock = clock;
    this.unwanted = unwanted;
    this.progress = progress;
  }

  /** Learns where a run was published that nothing was learnt from, and enough time has passed. */
  void poll() {
    if (every.isEmpty()) {
      return;
    }
    if (clock.instant().isBefore(notBefore)) {
      return;
    }
    runs.refresh();
    Optional<BatchRun> published = runs.published();
    if (published.isEmpty() || seenRun.equals(published.map(BatchRun::runId))) {
      return;
    }
    Optional<Baselines> before;
    try {
      before = reader.current();
    } catch (RuntimeException e) {
      notBefore = clock.instant().plus(TRY_AGAIN_AFTER);
      LOG.warn(
          "Baselines cannot be read; tried again in {}: {}", TRY_AGAIN_AFTER, e.getMessage(), e);
      return;
    }
    notBefore = before.map(b -> b.learntAt().plus(every.get())).orElse(Instant.EPOCH);
    boolean known = before.map(Baselines::batchRun).equals(published.map(BatchRun::runId));
    if (known || clock.instant().isBefore(notBefore)) {
      return;
    }
    learn(published.get());
  }

  private void learn(BatchRun published) {
    Optional<String> run = Optional.of(published.runId());
    new RunExecution(
            "Learning of baselines from run " + published.runId(),
            spark.sparkContext(),
            unwanted,
            progress)
        .execute(
            reached -> {
              Optional<Baselines> learnt = job.learn(published, reached);
              return new RunExecution.Outcome(
                  () -> {
                    seenRun = run;
                    return true;
                  },
                  learnt.map(BaselineService::said).orElse("too little history to learn from"));
            },
            reason -> seenRun = run);
  }

  private static String said(Baselines learnt) {
    return "%d baselines and %d limits of leads"
        .formatted(learnt.all().size(), learnt.leadLimits().size());
  }
}
