package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.GenerationLedger;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.serving.index.ViewTiers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The lake as serving sees it, followed in the background. Safe for use by several threads. */
public final class LakeState implements AutoCloseable {
  private final Storage storage;
  private final LakeLayout lake;
  private final Clock clock;
  private final StateObserver observer;
  private final SpeedState speed;
  private final KappaState kappa;
  private final TableTail quarantineTail;
  private final Optional<LedgerTruth> ledger;
  private final Pipelines pipelines;
  private final SnapshotRegistry snapshots;
  private final Troubles troubles = new Troubles();
  private final ScheduledExecutorService follower;
  private final ScheduledExecutorService asker;
  private final ExecutorService loader;

  private volatile Optional<RunLedger> runs = Optional.empty();
  private Optional<GenerationLedger> generations = Optional.empty();
  private QuarantineIndex quarantine;
  private volatile Snapshot current;

  private LakeState(Settings settings, Clock clock, StateObserver observer) {
    this.storage = Storage.of(settings.lake().uri());
    this.lake = new LakeLayout(settings.lake().uri());
    this.clock = clock;
    this.observer = observer;
    this.follower = Executors.newSingleThreadScheduledExecutor(Threads.named("lake-follower"));
    this.asker = Executors.newSingleThreadScheduledExecutor(Threads.named("pipelines"));
    this.loader = Executors.newFixedThreadPool(2, Threads.named("lake-loader"));
    this.speed = new SpeedState(storage, lake, clock, observer, loader);
    this.kappa = new KappaState(storage, lake, clock, observer, loader);
    this.quarantineTail = new TableTail(storage, lake.quarantine());
    this.quarantine = QuarantineIndex.empty(storage);
    this.ledger = settings.ledgerFile().map(LedgerTruth::new);
    this.pipelines = new Pipelines(settings, storage, lake, clock);
    this.snapshots = new SnapshotRegistry(clock);
    this.current = snapshot(0);
    troubles.wait("the lake was not looked at yet");
  }

  /** Begins to follow the lake, whatever there is of it; returns at once. */
  public static LakeState start(Settings settings, Clock clock, StateObserver observer) {
    LakeState state = new LakeState(settings, clock, observer);
    long every = Math.max(1, settings.serving().pollInterval().toMillis());
    // Both end with their executors; neither look throws.
    var unusedFollowing =
        state.follower.scheduleWithFixedDelay(state::follow, 0, every, TimeUnit.MILLISECONDS);
    var unusedAsking = state.asker.scheduleWithFixedDelay(state::ask, 0, 1, TimeUnit.SECONDS);
    return state;
  }

  /** The newest snapshot. */
  public Snapshot current() {
    return current;
  }

  public SnapshotRegistry snapshots() {
    return snapshots;
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

  public Pipelines pipelines() {
    return pipelines;
  }

  /** Why some view cannot be answered, or not as it should be; empty: ready. */
  public List<String> notReadyReasons() {
    return troubles.reasons();
  }

  @Override
  public void close() {
    for (ExecutorService executor : List.of(follower, asker, loader)) {
      executor.shutdownNow();
    }
    try {
      if (!follower.awaitTermination(5, TimeUnit.SECONDS)) {
        troubles.wait("the lake is still being looked at");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pipelines.close();
  }

  /**
   * One look at everything; a table that cannot be read does not keep the others from being read.
   */
  private void follow() {
    List<Boolean> changes = new ArrayList<>();
    changes.add(look("speed/tiles", this::followSpeed));
    changes.add(look("batch/runs", this::followRuns));
    changes.add(look("kappa/tiles", this::followKappa));
    changes.add(look("quarantine/events", this::followQuarantine));
    if (ledger.isPresent()) {
      changes.add(look("ledger", () -> ledger.get().poll()));
    }
    if (changes.contains(true)) {
      current = snapshot(current.id() + 1);
    }
    troubles.looked();
  }

  private boolean look(String table, Callable<Boolean> look) {
    try {
      boolean changed = look.call();
      troubles.mended(table);
      return changed;
    } catch (ExecutionException e) {
      failed(table, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      failed(table, e);
    }
    return false;
  }

  private void failed(String table, Throwable error) {
    if (troubles.failed(table, error)) {
      observer.failed(
          table, error instanceof RuntimeException e ? e : new IllegalStateException(error));
    }
  }

  private boolean followSpeed() {
    boolean changed = speed.pollEpochs();
    speed.newest().ifPresent(header -> pipelines.visible("speed", header));
    return changed;
  }

  private boolean followRuns() throws Exception {
    if (runs.isEmpty()) {
      runs = Optional.of(RunLedger.open(storage, lake, clock));
    }
    runs.get().refresh();
    return speed.pollRuns(runs);
  }

  private boolean followKappa() throws Exception {
    if (generations.isEmpty()) {
      generations = Optional.of(GenerationLedger.open(storage, lake, clock));
    }
    generations.get().refresh();
    boolean changed = kappa.poll(generations.get());
    kappa
        .active()
        .flatMap(KappaState.Followed::last)
        .ifPresent(header -> pipelines.visible("kappa", header));
    return changed;
  }

  private boolean followQuarantine() {
    List<DataFile> added =
        quarantineTail.poll().stream()
            .filter(Commit::dataChange)
            .flatMap(commit -> commit.added().stream())
            .toList();
    if (added.isEmpty()) {
      return false;
    }
    quarantine = quarantine.plus(added);
    return true;
  }

  private void ask() {
    look(
        "status",
        () -> {
          pipelines.refresh();
          return false;
        });
  }

  private Snapshot snapshot(long id) {
    Optional<KappaState.Followed> active = kappa.active();
    Optional<EpochHeader> last = active.flatMap(KappaState.Followed::last);
    return new Snapshot(
        id,
        new Snapshot.Speed(speed.seam(), speed.newest(), speed.freshness(), speed.beginning()),
        new Snapshot.Kappa(
            active.map(KappaState.Followed::views).orElse(ViewTiers.EMPTY),
            active.isPresent() ? OptionalLong.of(active.get().number()) : OptionalLong.empty(),
            last,
            active.map(KappaState.Followed::freshness).orElse(OptionalLong.empty())),
        ledger.map(LedgerTruth::views),
        quarantine);
  }
}
