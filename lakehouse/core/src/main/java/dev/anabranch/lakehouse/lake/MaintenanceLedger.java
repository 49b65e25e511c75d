package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.Storage;
import java.time.Clock;
import java.util.Optional;

/**
 * The ledger of the lake's maintenance, in {@code maintenance/runs}. Safe for use by several
 * threads.
 */
public final class MaintenanceLedger {
  private final Ledger<MaintenanceRun> ledger;

  private MaintenanceLedger(Ledger<MaintenanceRun> ledger) {
    this.ledger = ledger;
  }

  /** Opens the ledger, and makes it where there is none. */
  public static MaintenanceLedger open(Storage storage, LakeLayout lake, Clock clock) {
    return new MaintenanceLedger(
        new Ledger<>(storage, lake.maintenanceRuns(), MaintenanceFiles.ROWS, clock));
  }

  /** The runs, to look up and to cancel. */
  public Ledger<MaintenanceRun> ledger() {
    return ledger;
  }

  /**
   * Asks for a run: a new one, or one that had failed or was cancelled.
   *
   * @param runId empty: an id is made of the time
   */
  public Claim<MaintenanceRun> claim(Optional<String> runId) {
    return ledger.claim(
        runId,
        id ->
            new MaintenanceRun(
                id,
                1,
                RunState.RUNNING,
                ledger.now(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  /** Ends a running run well; false where this attempt no longer runs (it was cancelled, say). */
  public boolean succeed(MaintenanceRun run, MaintenanceRun.Figures figures) {
    return ledger.end(
        run, at -> run.ended(RunState.SUCCEEDED, at, Optional.of(figures), Optional.empty()));
  }

  /** As {@link #succeed}, for a run that failed, with the reason. */
  public boolean fail(MaintenanceRun run, String reason) {
    return ledger.end(
        run, at -> run.ended(RunState.FAILED, at, Optional.empty(), Optional.of(reason)));
  }
}
