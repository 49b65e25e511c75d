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
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has baselines learnt behind batch runs: the first as soon as there is enough history, then as
 * often as the settings say. It shares the thread of the {@link BatchService}, and a run need not
 * wait for more than one learning. What fails is tried again with the next run that is due.
 */
final class BaselineService {
  private static final Logger LOG = LoggerFactory.getLogger(BaselineService.class);

  private final RunLedger runs;
  private final BaselineReader reader;
  private final BaselineJob job;
  private final Optional<Duration> every;
  private final Clock clock;
  private Optional<String> seenRun = Optional.empty();
  private Instant notBefore = Instant.EPOCH;

  BaselineService(SparkSession spark, Storage storage, Settings settings, Clock clock) {
    LakeLayout lake = new LakeLayout(settings.lake().uri());
    this.runs = RunLedger.open(storage, lake, clock);
    this.reader = new BaselineReader(storage, lake);
    this.job = new BaselineJob(spark, storage, lake, settings.anomalies(), clock);
    this.every = settings.anomalies().learnEvery();
    this.clock = clock;
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
    Optional<Baselines> before = reader.current();
    notBefore = before.map(b -> b.learntAt().plus(every.get())).orElse(Instant.EPOCH);
    boolean known = before.map(Baselines::batchRun).equals(published.map(BatchRun::runId));
    if (known || clock.instant().isBefore(notBefore)) {
      return;
    }
    seenRun = published.map(BatchRun::runId);
    learn(published.get());
  }

  private void learn(BatchRun published) {
    Instant began = clock.instant();
    try {
      Optional<Baselines> learnt = job.learn(published);
      if (learnt.isPresent()) {
        LOG.info(
            "Learnt {} baselines and {} limits of leads from run {} in {} ms",
            learnt.get().all().size(),
            learnt.get().leadLimits().size(),
            published.runId(),
            Duration.between(began, clock.instant()).toMillis());
      } else {
        LOG.info("Run {} has too little history to learn baselines from", published.runId());
      }
    } catch (RuntimeException e) {
      LOG.warn("No baselines from run {}: {}", published.runId(), e.getMessage(), e);
    }
  }
}
