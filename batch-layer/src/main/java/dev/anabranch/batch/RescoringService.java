package dev.anabranch.batch;

import dev.anabranch.batch.training.Rescoring;
import dev.anabranch.batch.training.Rescoring.Scored;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.lake.RunLedger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.SparkSession;

/**
 * Scores all leads anew once there is another champion; and, no more often than on a period, once
 * another batch run has been published. What was scored last is read from the table of the scores,
 * so a service that starts again goes on where the one before it was.
 */
final class RescoringService {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration TRY_AGAIN_AFTER = Duration.ofMinutes(1);

  private final SparkSession spark;
  private final Clock clock;
  private final Optional<Duration> period;
  private final ModelRegistry registry;
  private final RunLedger runs;
  private final Rescoring job;
  private final RescoringStatus status;
  private final BooleanSupplier stopping;
  private final Progress progress;
  private Instant looked = Instant.EPOCH;
  private Optional<Failure> failure = Optional.empty();

  private record Failure(long modelVersion, Instant at) {
    boolean isOf(ModelVersion model) {
      return modelVersion == model.version();
    }
  }

  /**
   * @param progress is told of each step
   */
  RescoringService(
      SparkSession spark,
      Storage storage,
      Settings settings,
      Clock clock,
      BooleanSupplier stopping,
      Progress progress) {
    LakeLayout lake = new LakeLayout(settings.lake().uri());
    this.spark = spark;
    this.clock = clock;
    this.period = settings.scoring().rescoreEvery();
    this.registry = ModelRegistry.open(storage, lake, clock);
    this.runs = RunLedger.open(storage, lake, clock);
    this.job = new Rescoring(spark, storage, lake, settings, clock);
    this.status = new RescoringStatus(storage, lake);
    this.stopping = stopping;
    this.progress = progress;
  }

  /** Looks, about once a second, whether there is something to do, and does it. */
  void poll() {
    Instant now = clock.instant();
    if (Duration.between(looked, now).compareTo(EVERY) < 0) {
      return;
    }
    looked = now;
    registry.refresh();
    runs.refresh();
    Optional<ModelVersion> champion = registry.champion();
    Optional<BatchRun> run = runs.published();
    Optional<Scored> last = job.last();
    failure = failure.filter(it -> champion.filter(it::isOf).isPresent());
    if (champion.isEmpty()) {
      status.waiting(
          last, "No model has been promoted: ./anabranch model train trains one on a batch run.");
    } else if (run.isEmpty()) {
      status.waiting(last, "No batch run has been published: ./anabranch batch run.");
    } else if (run.get().figures().map(BatchRun.Figures::events).orElse(0L) == 0) {
      status.waiting(last, "Batch run %s has no events.".formatted(run.get().runId()));
    } else if (isDue(last, champion.get(), run.get())) {
      execute(champion.get(), run.get());
    } else if (failure.isEmpty()) {
      status.scored(last);
    }
  }

  private boolean isDue(Optional<Scored> last, ModelVersion champion, BatchRun run) {
    if (failure.filter(it -> !isPast(it.at(), TRY_AGAIN_AFTER)).isPresent()) {
      return false;
    }
    if (last.isEmpty() || last.get().modelVersion() != champion.version()) {
      return true;
    }
    return !last.get().batchRun().equals(run.runId())
        && period.filter(time -> isPast(last.get().at(), time)).isPresent();
  }

  private boolean isPast(Instant since, Duration time) {
    return Duration.between(since, clock.instant()).compareTo(time) >= 0;
  }

  private void execute(ModelVersion champion, BatchRun run) {
    String name =
        "Scoring of all leads by model %d as of batch run %s"
            .formatted(champion.version(), run.runId());
    new RunExecution(name, spark.sparkContext(), stopping, progress)
        .execute(
            reached -> {
              long leads = job.execute(champion, run, reached);
              return new RunExecution.Outcome(this::succeed, leads + " leads");
            },
            reason -> fail(champion, reason));
  }

  private boolean succeed() {
    failure = Optional.empty();
    status.scored(job.last());
    return true;
  }

  private void fail(ModelVersion champion, String reason) {
    failure = Optional.of(new Failure(champion.version(), clock.instant()));
    status.failed(job.last(), reason);
  }
}
