package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.TileFiles.EpochFile;
import dev.anabranch.serving.index.ViewTiers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Follows the speed layer's epochs and the published runs, and moves the seam. A new run's views
 * are read beside, while answers go on from the old ones with new epochs; then batch views,
 * boundary and the epochs past it change in one step. Not safe for use by several threads at once.
 */
final class SpeedState {
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  private final Storage storage;
  private final Clock clock;
  private final StateObserver observer;
  private final EpochFollower epochs;
  private final BatchViews views;
  private final ExecutorService loader;

  private Seam seam = Seam.EMPTY;
  private OptionalLong freshness = OptionalLong.empty();
  private Optional<Loading> loading = Optional.empty();
  private long tryAgainAt = Long.MIN_VALUE;

  /** Whether the runs were looked at: before that nobody knows which epochs batch has counted. */
  private boolean knowsRuns;

  private boolean settled;

  /** The boundary of the published run: epochs up to it are not wanted where its views are. */
  private long publishedEpoch = EpochFollower.ALL;

  private record Loading(BatchRun run, long since, Future<Seam> seam) {}

  SpeedState(
      Storage storage,
      LakeLayout lake,
      Clock clock,
      StateObserver observer,
      ExecutorService loader) {
    this(storage, lake, clock, observer, loader, EpochFollower.MOST_ROWS);
  }

  /**
   * @param mostRows of tiles that are kept in memory for the next run
   */
  SpeedState(
      Storage storage,
      LakeLayout lake,
      Clock clock,
      StateObserver observer,
      ExecutorService loader,
      long mostRows) {
    this.storage = storage;
    this.clock = clock;
    this.observer = observer;
    this.loader = loader;
    this.epochs = new EpochFollower(storage, lake.speedTiles(), mostRows);
    this.views = new BatchViews(storage, lake);
  }

  Seam seam() {
    return seam;
  }

  OptionalLong freshness() {
    return freshness;
  }

  /** The newest epoch that was read; the seam may not have reached it yet. */
  Optional<EpochHeader> newest() {
    return epochs.newest();
  }

  /** Whether answers come from the run that is published, where there is one. */
  boolean settled() {
    return settled;
  }

  /** Whether the seam holds all that was there at the last look. */
  boolean caughtUp() {
    return knowsRuns && epochs.caughtUp();
  }

  /**
   * Adds epochs that became visible.
   *
   * @throws IllegalStateException an epoch is missing between the seam and the newest one
   */
  void pollEpochs() {
    epochs.poll(publishedEpoch);
    seam.run().ifPresent(run -> epochs.forget(run.boundaryEpoch()));
    if (advance()) {
      return;
    }
    if (epochs.failure().isPresent()) {
      throw epochs.failure().get();
    }
    if (caughtUp()
        && loading.isEmpty()
        && epochs.newest().filter(last -> last.epoch() > seam.epoch()).isPresent()
        && !epochs.readPassedOver()) {
      throw new IllegalStateException(
          "The table holds epoch %d but not epoch %d, behind which answers stand still: was a file of it deleted?"
              .formatted(epochs.newest().get().epoch(), seam.epoch() + 1));
    }
  }

  private boolean advance() {
    Seam advanced = knowsRuns ? advanced(seam) : seam;
    if (advanced.epoch() == seam.epoch()) {
      return false;
    }
    seam = advanced;
    return true;
  }

  /** A seam and all epochs that follow it without a gap. */
  private Seam advanced(Seam from) {
    Seam result = from;
    Optional<EpochHeader> added = Optional.empty();
    for (EpochFollower.Entry entry : epochs.after(from.epoch())) {
      EpochFile next = entry.read(storage);
      result = result.plus(next);
      added = Optional.of(next.header());
    }
    if (result.epoch() > seam.epoch() && added.isPresent()) {
      EpochHeader last = added.get();
      freshness = Freshness.of(last, clock.millis(), freshness);
      freshness.ifPresent(millis -> observer.epochVisible("speed", last.epoch(), millis));
    }
    return result;
  }

  /**
   * Begins to read a run that was published, or moves the seam to one that was read.
   *
   * @throws ExecutionException the views of the run could not be read; it is tried again later
   */
  void pollRuns(RunLedger ledger) throws ExecutionException, InterruptedException {
    if (loading.isPresent()) {
      if (loading.get().seam().isDone()) {
        move(loading.get());
      }
      return;
    }
    Optional<BatchRun> published = ledger.published();
    publishedEpoch = published.map(BatchRun::boundaryEpoch).orElse(EpochFollower.ALL);
    settled = published.map(BatchRun::runId).equals(seam.run().map(BatchRun::runId));
    if (settled) {
      knowsRuns = true;
    } else if (published.isPresent() && clock.millis() >= tryAgainAt) {
      load(published.get());
    }
  }

  private void load(BatchRun run) {
    List<EpochFollower.Entry> past = epochs.after(run.boundaryEpoch());
    ViewTiers old = seam.lambda();
    Future<Seam> prepared =
        loader.submit(
            () -> {
              Seam made = Seam.at(run, views.load(run));
              for (EpochFollower.Entry entry : past) {
                made = made.plus(entry.read(storage));
              }
              made.lambda().warmAs(old);
              return made;
            });
    loading = Optional.of(new Loading(run, clock.millis(), prepared));
  }

  private void move(Loading loaded) throws ExecutionException, InterruptedException {
    loading = Optional.empty();
    knowsRuns = true;
    try {
      Seam moved = advanced(loaded.seam().get());
      if (moved.epoch() < seam.epoch()) {
        throw new IllegalStateException(
            "Run %s is published, but past its boundary only the epochs up to %d can be read, and answers hold those up to %d: they go on from the run before."
                .formatted(loaded.run().runId(), moved.epoch(), seam.epoch()));
      }
      seam = moved;
    } catch (ExecutionException | RuntimeException e) {
      tryAgainAt = clock.millis() + TRY_AGAIN.toMillis();
      throw e;
    }
    observer.runPublished(loaded.run(), clock.millis() - loaded.since());
  }
}
