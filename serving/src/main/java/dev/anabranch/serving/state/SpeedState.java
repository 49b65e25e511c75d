package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.RunLedger;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Follows the speed layer's epochs and the published runs, and moves the seam. A new run's views
 * are read beside, while answers go on from the old ones; then batch views, boundary and the epochs
 * past it change in one step.
 */
final class SpeedState {
  private final Storage storage;
  private final Clock clock;
  private final StateObserver observer;
  private final EpochFollower epochs;
  private final BatchViews views;
  private final ExecutorService loader;

  private Seam seam = Seam.EMPTY;
  private Optional<EpochHeader> newest = Optional.empty();
  private OptionalLong freshness = OptionalLong.empty();
  private Offsets beginning = Offsets.NONE;
  private Optional<Loading> loading = Optional.empty();

  private record Loading(BatchRun run, long since, Future<Seam> seam) {}

  SpeedState(
      Storage storage,
      LakeLayout lake,
      Clock clock,
      StateObserver observer,
      ExecutorService loader) {
    this.storage = storage;
    this.clock = clock;
    this.observer = observer;
    this.loader = loader;
    this.epochs = new EpochFollower(storage, lake.speedTiles(), true);
    this.views = new BatchViews(storage, lake);
  }

  Seam seam() {
    return seam;
  }

  /** The newest epoch that is visible. */
  Optional<EpochHeader> newest() {
    return newest;
  }

  OptionalLong freshness() {
    return freshness;
  }

  /** Where the log begins, as the first epoch says. */
  Offsets beginning() {
    return beginning;
  }

  /** Adds epochs that became visible; true where there were any. */
  boolean pollEpochs() {
    List<EpochFollower.Entry> found = epochs.poll();
    for (EpochFollower.Entry entry : found) {
      EpochHeader header = entry.header();
      seam = seam.plus(header, entry.tiles());
      if (newest.isEmpty()) {
        beginning = header.from();
      }
      newest = Optional.of(header);
    }
    if (!found.isEmpty()) {
      freshness = Freshness.of(newest.get(), clock);
      freshness.ifPresent(millis -> observer.epochVisible("speed", newest.get().epoch(), millis));
    }
    return !found.isEmpty();
  }

  /** Begins to read a run that was published, or moves the seam to one that was read. */
  boolean pollRuns(Optional<RunLedger> ledger) throws Exception {
    if (loading.isPresent()) {
      return loading.get().seam().isDone() && moveSeam(loading.get());
    }
    Optional<BatchRun> published = ledger.flatMap(RunLedger::published);
    boolean isNew =
        published.isPresent()
            && !published.get().runId().equals(seam.run().map(BatchRun::runId).orElse(""));
    boolean covered =
        newest.isPresent()
            && published.isPresent()
            && newest.get().epoch() >= published.get().boundaryEpoch();
    if (isNew && covered) {
      BatchRun run = published.get();
      List<EpochFollower.Entry> past = epochs.after(run.boundaryEpoch());
      Seam old = seam;
      Future<Seam> prepared =
          loader.submit(
              () -> {
                Seam made = Seam.of(storage, run, views.load(run), past);
                made.lambda().warmAs(old.lambda());
                return made;
              });
      loading = Optional.of(new Loading(run, clock.millis(), prepared));
    }
    return false;
  }

  private boolean moveSeam(Loading loaded) throws Exception {
    loading = Optional.empty();
    Seam moved = loaded.seam().get();
    long reached = moved.last().map(EpochHeader::epoch).orElse(loaded.run().boundaryEpoch());
    for (EpochFollower.Entry entry : epochs.after(reached)) {
      moved = moved.plus(entry.header(), entry.tiles(storage));
    }
    seam = moved;
    epochs.forget(loaded.run().boundaryEpoch());
    observer.runPublished(loaded.run(), clock.millis() - loaded.since());
    return true;
  }
}
