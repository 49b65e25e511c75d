package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.TileFiles.EpochFile;
import dev.anabranch.serving.index.ViewTiers;
import java.util.Optional;

/**
 * Where batch and speed meet: lambda = the views of the published run ⊕ the tiles of every speed
 * epoch past that run's boundary, and no other.
 *
 * <p>The cut is made on arrival, by epochs, which are ranges of offsets: a record lies either below
 * the boundary, and then batch has counted it, or in exactly one epoch past it. Grouping is by
 * event time, so an event, however late, adds to the minute where it belongs. Epochs join in their
 * order without a gap: each begins at the offsets where the one before it ended. So an instance of
 * this class holds all records below {@link #until} and none past it. Immutable.
 */
final class Seam {
  private static final long BEFORE_ANY = -1;

  /** No run and no epoch. */
  static final Seam EMPTY =
      new Seam(
          Optional.empty(),
          ViewTiers.EMPTY,
          ViewTiers.EMPTY,
          ViewTiers.EMPTY,
          BEFORE_ANY,
          Offsets.NONE,
          Offsets.NONE,
          true);

  private final Optional<BatchRun> run;
  private final ViewTiers batch;
  private final ViewTiers speed;
  private final ViewTiers lambda;
  private final long epoch;
  private final Offsets from;
  private final Offsets until;
  private final boolean speedEmpty;

  private Seam(
      Optional<BatchRun> run,
      ViewTiers batch,
      ViewTiers speed,
      ViewTiers lambda,
      long epoch,
      Offsets from,
      Offsets until,
      boolean speedEmpty) {
    this.run = run;
    this.batch = batch;
    this.speed = speed;
    this.lambda = lambda;
    this.epoch = epoch;
    this.from = from;
    this.until = until;
    this.speedEmpty = speedEmpty;
  }

  /** A run that has succeeded, with its views, and no epoch past its boundary yet. */
  static Seam at(BatchRun run, ViewTiers batch) {
    return new Seam(
        Optional.of(run),
        batch,
        ViewTiers.EMPTY,
        batch,
        run.boundaryEpoch(),
        run.boundary(),
        run.boundary(),
        true);
  }

  /** Whether an epoch, or a range of epochs, is the next to join. */
  boolean continuesWith(EpochHeader header) {
    boolean sameOffsets = header.from().reaches(until) && until.reaches(header.from());
    return header.firstEpoch() == epoch + 1 && (epoch == BEFORE_ANY || sameOffsets);
  }

  /**
   * The next epoch joins.
   *
   * @throws IllegalArgumentException it is not the next one
   */
  Seam plus(EpochFile next) {
    EpochHeader header = next.header();
    if (!continuesWith(header)) {
      throw new IllegalArgumentException(
          "Epoch %d from %s does not continue epoch %d until %s"
              .formatted(header.firstEpoch(), header.from(), epoch, until));
    }
    boolean nothing = next.tiles().values().stream().allMatch(tiles -> tiles.size() == 0);
    return new Seam(
        run,
        batch,
        speed.plus(next.tiles()),
        lambda.plus(next.tiles()),
        header.epoch(),
        epoch == BEFORE_ANY ? header.from() : from,
        header.until(),
        speedEmpty && nothing);
  }

  /** The published run; empty before the first. */
  Optional<BatchRun> run() {
    return run;
  }

  /** The views of the run, or nothing. */
  ViewTiers batch() {
    return batch;
  }

  /** What the epochs past the boundary add. */
  ViewTiers speed() {
    return speed;
  }

  /** Both. */
  ViewTiers lambda() {
    return lambda;
  }

  /** Whether no accepted event lies past the boundary. */
  boolean speedEmpty() {
    return speedEmpty;
  }

  /** The last epoch in it, or the one that ends at the boundary; -1 where there is neither. */
  long epoch() {
    return epoch;
  }

  /** Where the speed part begins: the boundary, or the beginning of the first epoch. */
  Offsets from() {
    return from;
  }

  /** Where it ends, exclusive. */
  Offsets until() {
    return until;
  }

  /** Where a batch run that starts now would end; empty where nothing has been seen. */
  Optional<RunLedger.Boundary> end() {
    return epoch == BEFORE_ANY
        ? Optional.empty()
        : Optional.of(new RunLedger.Boundary(epoch, until));
  }
}
