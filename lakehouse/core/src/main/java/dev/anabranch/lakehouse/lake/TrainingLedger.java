package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.Storage;
import java.time.Clock;
import java.util.Optional;

/** The ledger of trainings, in {@code models/trainings}. Safe for use by several threads. */
public final class TrainingLedger {
  private final Ledger<TrainingRun> ledger;

  private TrainingLedger(Ledger<TrainingRun> ledger) {
    this.ledger = ledger;
  }

  /** Opens the ledger, and makes it where there is none. */
  public static TrainingLedger open(Storage storage, LakeLayout lake, Clock clock) {
    return new TrainingLedger(
        new Ledger<>(storage, lake.modelTrainings(), TrainingFiles.ROWS, clock));
  }

  /** The runs, to look up and to cancel. */
  public Ledger<TrainingRun> ledger() {
    return ledger;
  }

  /**
   * Asks for a training: a new one, or one that had failed or was cancelled.
   *
   * @param runId empty: an id is made of the time
   */
  public Claim<TrainingRun> claim(Optional<String> runId) {
    return ledger.claim(
        runId,
        id ->
            new TrainingRun(
                id,
                1,
                RunState.RUNNING,
                ledger.now(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  /** Ends a training well; false where this attempt no longer runs (it was cancelled, say). */
  public boolean succeed(TrainingRun run, long version, String outcome) {
    return ledger.end(
        run, at -> run.ended(RunState.SUCCEEDED, at, Optional.of(version), Optional.of(outcome)));
  }

  /** As {@link #succeed}, for a training that failed, with the reason. */
  public boolean fail(TrainingRun run, String reason) {
    return ledger.end(
        run, at -> run.ended(RunState.FAILED, at, Optional.empty(), Optional.of(reason)));
  }
}
