package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.GenerationLedger;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.MaintenanceLedger;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.TrainingLedger;
import dev.anabranch.serving.index.ViewTiers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The lake as serving sees it, followed in the background by a thread for each kind of table, so
 * that none waits for another. Safe for use by several threads.
 */
public final class LakeState implements AutoCloseable {
  private static final String SPEED = "speed/tiles";
  private static final String RUNS = "batch/runs";
  private static final String KAPPA = "kappa/tiles";
  private static final String BUILDING = "kappa/tiles of the generation that is being built";
  private static final String QUARANTINE = "quarantine/events";
  private static final String LEDGER = "ledger";
  private static final String STATUS = "status";
  private static final String SPEED_SCORES = "speed/scores";
  private static final String ANOMALIES = "speed/anomalies";
  private static final String BATCH_SCORES = "batch/scores";
  private static final String SCORING = "speed/scoring_metrics";
  private static final int LEDGER_EVERY_MILLIS = 200;
  private static final int ANOMALIES_EVERY_MILLIS = 1_000;
  private static final int SCORES_EVERY_MILLIS = 200;
  private static final int STATUS_EVERY_MILLIS = 1_000;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final Storage storage;
  private final LakeLayout lake;
  private final Clock clock;
  private final StateObserver observer;
  private final SpeedState speed;
  private final KappaState kappa;
  private final QuarantineFollower quarantine;
  private final Pipelines pipelines;
  private final Scores scores;
  private final Anomalies anomalies;
  private final SnapshotRegistry snapshots;
  private final Troubles troubles = new Troubles();
  private final ScheduledExecutorService followers;
  private final ExecutorService loader;

  private volatile Optional<RunLedger> runs = Optional.empty();
  private Optional<GenerationLedger> generations = Optional.empty();
  private Optional<MaintenanceLedger> maintenance = Optional.empty();
  private Optional<TrainingLedger> trainings = Optional.empty();
  private Optional<ModelRegistry> models = Optional.empty();
  private volatile Snapshot newest;

  private LakeState(Settings settings, Clock clock, StateObserver observer) {
    this.storage = Storage.of(settings.lake());
    this.lake = new LakeLayout(settings.lake().uri());
    this.clock = clock;
    this.observer = observer;
    this.followers = Executors.newScheduledThreadPool(8, Threads.named("lake-follower"));
    this.loader = Executors.newSingleThreadExecutor(Threads.named("lake-loader"));
    this.speed = new SpeedState(storage, lake, clock, observer, loader);
    this.kappa = new KappaState(storage, lake, clock, observer);
    this.quarantine = new QuarantineFollower(storage, lake.quarantine());
    this.pipelines = new Pipelines(settings, storage, lake, clock);
    this.scores = new Scores(storage, lake, clock, pipelines);
    this.anomalies = new Anomalies(storage, lake);
    this.snapshots = new SnapshotRegistry(clock);
    this.newest =
        Snapshot.empty(1, settings.ledgerFile().map(file -> ViewTiers.EMPTY), quarantine.index());
  }

  /** Begins to follow the lake, whatever there is of it; returns at once. */
  public static LakeState start(Settings settings, Clock clock, StateObserver observer) {
    LakeState state = new LakeState(settings, clock, observer);
    long every = Math.max(1, settings.serving().pollInterval().toMillis());
    state.repeat(every, List.of(SPEED, RUNS), state::followSpeed);
    state.repeat(every, List.of(KAPPA), state::followKappa);
    state.repeat(every, List.of(QUARANTINE), state::followQuarantine);
    settings
        .ledgerFile()
        .map(LedgerTruth::new)
        .ifPresent(
            truth ->
                state.repeat(
                    LEDGER_EVERY_MILLIS, List.of(LEDGER), () -> state.followLedger(truth)));
    state.repeat(STATUS_EVERY_MILLIS, List.of(), state::followStatus);
    state.repeat(SCORES_EVERY_MILLIS, List.of(SPEED_SCORES), state::followSpeedScores);
    state.repeat(ANOMALIES_EVERY_MILLIS, List.of(ANOMALIES), state::followAnomalies);
    state.repeat(STATUS_EVERY_MILLIS, List.of(BATCH_SCORES, SCORING), state::followScoring);
    return state;
  }

  private void repeat(long everyMillis, List<String> tables, Runnable look) {
    tables.forEach(troubles::notLookedAt);
    // Ends with its executor; a look does not throw.
    var unusedLooking =
        followers.scheduleWithFixedDelay(look, 0, everyMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * The snapshot to answer from: the newest one; while very many are kept for cursors, one of them
   * that is at most a few seconds old.
   */
  public Snapshot current() {
    return snapshots.toAnswerFrom(newest);
  }

  public SnapshotRegistry snapshots() {
    return snapshots;
  }

  /**
   * Waits until answers come from this run or a later one, at most {@link #LONGEST_WAIT}: whoever
   * reads that a run has succeeded expects its figures in the next answer.
   */
  public void awaitAnswersFrom(BatchRun run) {
    await(snapshot -> snapshot.holds(run));
  }

  /**
   * Waits until a run that begins now would hold every record that is in the topic now, at most
   * {@link #LONGEST_WAIT}, and not where Kafka or the speed layer is down.
   */
  public void awaitEndOfLog() {
    if (pipelines.runs("speed")) {
      pipelines.endOfLogNow().ifPresent(end -> await(snapshot -> snapshot.reaches(end)));
    }
  }

  private synchronized void await(Predicate<Snapshot> condition) {
    long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
    try {
      for (long left = LONGEST_WAIT.toMillis();
          left > 0 && !condition.test(newest);
          left = (deadline - System.nanoTime()) / 1_000_000) {
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The ledger of batch runs, to read, to claim and to cancel.
   *
   * @throws PlatformException while it cannot be opened
   */
  public RunLedger runs() {
    return runs.orElseThrow(
        () ->
            new PlatformException(
                PlatformException.Category.EXTERNAL,
                "The ledger of batch runs at %s is not open yet: %s. Try again in a moment."
                    .formatted(lake.batchRuns(), String.join("; ", notReadyReasons()))));
  }

  /** The run that is published, as far as the ledger is known. */
  public Optional<BatchRun> publishedRun() {
    return runs.flatMap(RunLedger::published);
  }

  /** All batch runs, newest first, as far as the ledger is known. */
  public List<BatchRun> knownRuns() {
    return runs.map(known -> known.ledger().runs()).orElse(List.of());
  }

  /**
   * The ledger of maintenance, to read, to claim and to cancel; opened when it is first asked for.
   *
   * @throws PlatformException it cannot be opened
   */
  public synchronized MaintenanceLedger maintenance() {
    if (maintenance.isEmpty()) {
      maintenance = Optional.of(MaintenanceLedger.open(storage, lake, clock));
    }
    return maintenance.get();
  }

  /** As {@link #maintenance}, of trainings. */
  public synchronized TrainingLedger trainings() {
    if (trainings.isEmpty()) {
      trainings = Optional.of(TrainingLedger.open(storage, lake, clock));
    }
    return trainings.get();
  }

  /** As {@link #maintenance}, of models. */
  public synchronized ModelRegistry models() {
    if (models.isEmpty()) {
      models = Optional.of(ModelRegistry.open(storage, lake, clock));
    }
    return models.get();
  }

  public Pipelines pipelines() {
    return pipelines;
  }

  public Scores scores() {
    return scores;
  }

  public Anomalies anomalies() {
    return anomalies;
  }

  /** Why some view cannot be answered, or not as it should be; empty: ready. */
  public List<String> notReadyReasons() {
    return troubles.reasons();
  }

  @Override
  public void close() {
    followers.shutdownNow();
    loader.shutdownNow();
    try {
      if (!followers.awaitTermination(5, TimeUnit.SECONDS)) {
        troubles.notLookedAt("the lake, which is being closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pipelines.close();
  }

  /** Runs and epochs in one thread: the seam is made of both. */
  private void followSpeed() {
    look(
        RUNS,
        () -> {
          if (runs.isEmpty()) {
            runs = Optional.of(RunLedger.open(storage, lake, clock));
          }
          runs.get().refresh();
          speed.pollRuns(runs.get());
          return speed.settled();
        },
        snapshot -> snapshot.with(speed.seam(), speed.freshness()));
    look(
        SPEED,
        () -> {
          speed.pollEpochs();
          return speed.caughtUp();
        },
        snapshot -> snapshot.with(speed.seam(), speed.freshness()));
    speed.newest().ifPresent(header -> pipelines.visible("speed", header));
  }

  private void followKappa() {
    look(
        KAPPA,
        () -> {
          if (generations.isEmpty()) {
            generations = Optional.of(GenerationLedger.open(storage, lake, clock));
          }
          generations.get().refresh();
          kappa.pollActive(generations.get());
          return kappa.caughtUp();
        },
        snapshot -> kappa.visible().map(snapshot::with).orElse(snapshot));
    look(
        BUILDING,
        () -> {
          generations.ifPresent(kappa::pollBuilding);
          return true;
        },
        UnaryOperator.identity());
    kappa
        .visible()
        .flatMap(KappaPart::header)
        .ifPresent(header -> pipelines.visible("kappa", header));
  }

  private void followQuarantine() {
    look(
        QUARANTINE,
        () -> {
          quarantine.poll();
          return quarantine.caughtUp();
        },
        snapshot -> snapshot.with(quarantine.index()));
  }

  private void followLedger(LedgerTruth truth) {
    look(
        LEDGER,
        () -> {
          truth.poll();
          return truth.caughtUp();
        },
        snapshot -> snapshot.withTruth(truth.views()));
  }

  private void followStatus() {
    look(
        STATUS,
        () -> {
          pipelines.refresh();
          return true;
        },
        UnaryOperator.identity());
  }

  private void followAnomalies() {
    look(ANOMALIES, anomalies::poll, UnaryOperator.identity());
  }

  private void followSpeedScores() {
    look(SPEED_SCORES, scores::pollSpeed, UnaryOperator.identity());
  }

  private void followScoring() {
    look(BATCH_SCORES, scores::pollBatch, UnaryOperator.identity());
    look(SCORING, scores::pollFigures, UnaryOperator.identity());
  }

  /**
   * One look at a table: what goes wrong is remembered, and a later look tries again.
   *
   * @param look says whether all that there was has been read
   * @param change what was read goes into answers, be it all or not
   */
  private void look(String table, Callable<Boolean> look, UnaryOperator<Snapshot> change) {
    if (troubles.pauses(table)) {
      return;
    }
    try {
      if (look.call()) {
        troubles.mended(table);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      failed(table, e.getCause());
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
      failed(table, e);
    }
    try {
      show(change);
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      // A look that threw would be the last.
      failed(table, e);
    }
  }

  private synchronized void show(UnaryOperator<Snapshot> change) {
    newest = change.apply(newest);
    notifyAll();
  }

  private void failed(String table, Throwable error) {
    if (!followers.isShutdown() && troubles.failed(table, error)) {
      observer.failed(
          table, error instanceof RuntimeException e ? e : new IllegalStateException(error));
    }
  }
}
