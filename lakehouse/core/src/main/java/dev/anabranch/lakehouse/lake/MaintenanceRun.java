package dev.anabranch.lakehouse.lake;

import java.time.Instant;
import java.util.Optional;

/**
 * A run of the lake's maintenance as its ledger knows it.
 *
 * @param figures what it did, once it has succeeded; an attempt counts only what it did itself
 */
public record MaintenanceRun(
    String runId,
    long attempt,
    RunState state,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<Figures> figures,
    Optional<String> error)
    implements Run<MaintenanceRun> {

  /**
   * What a run did.
   *
   * @param expiredEpochFiles files of {@code speed/tiles} that no published run needs any more
   * @param mergedQuarantineFiles files of {@code quarantine/events} that others took the place of
   * @param vacuumedTables tables whose replaced files were deleted after their retention
   */
  public record Figures(long expiredEpochFiles, long mergedQuarantineFiles, long vacuumedTables) {}

  /** The same attempt at its end. */
  MaintenanceRun ended(
      RunState end, Instant at, Optional<Figures> counted, Optional<String> reason) {
    return new MaintenanceRun(runId, attempt, end, startedAt, Optional.of(at), counted, reason);
  }

  @Override
  public MaintenanceRun nextAttempt() {
    return new MaintenanceRun(
        runId,
        attempt + 1,
        RunState.RUNNING,
        startedAt,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public MaintenanceRun cancelled(Instant at) {
    return ended(RunState.CANCELLED, at, Optional.empty(), Optional.empty());
  }
}
