package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.Storage;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The ledger of batch runs, in {@code batch/runs}: a {@link Ledger} that knows boundaries, and
 * which run answers come from. Safe for use by several threads.
 */
public final class RunLedger {
  private final Ledger<BatchRun> ledger;

  private RunLedger(Ledger<BatchRun> ledger) {
    this.ledger = ledger;
  }

  /** Opens the ledger, and makes it where there is none. */
  public static RunLedger open(Storage storage, LakeLayout lake, Clock clock) {
    return new RunLedger(new Ledger<>(storage, lake.batchRuns(), RunFiles.ROWS, clock));
  }

  /** The runs, to look up and to cancel. */
  public Ledger<BatchRun> ledger() {
    return ledger;
  }

  /** Where a run would begin: a committed speed epoch and its until offsets. */
  public record Boundary(long epoch, Offsets offsets) {}

  /**
   * Asks for a run: a new one with the boundary given, or one that had failed or was cancelled,
   * which goes on with the boundary that it had.
   *
   * @param runId empty: an id is made of the time
   */
  public Claim<BatchRun> claim(Optional<String> runId, Supplier<Boundary> boundary) {
    return ledger.claim(runId, id -> firstAttempt(id, boundary.get()));
  }

  /** Ends a running run; false where this attempt no longer runs (it was cancelled, say). */
  public boolean finish(
      BatchRun run,
      RunState state,
      Optional<BatchRun.Figures> figures,
      SortedMap<String, Long> versions,
      Optional<String> error) {
    return ledger.end(run, at -> run.ended(state, at, figures, versions, error));
  }

  /** Looks for changes by others. */
  public void refresh() {
    ledger.refresh();
  }

  /**
   * The run that answers come from: of those that have succeeded, the one with the furthest
   * boundary (of equal ones, the one that finished last).
   */
  public Optional<BatchRun> published() {
    return furthest(ledger.succeeded());
  }

  /** As {@link #published}, had it been asked for at an instant. */
  public Optional<BatchRun> publishedAt(Instant instant) {
    return furthest(
        ledger.succeeded().stream()
            .filter(run -> !run.finishedAt().orElseThrow().isAfter(instant))
            .toList());
  }

  private static Optional<BatchRun> furthest(List<BatchRun> succeeded) {
    return succeeded.stream()
        .max(
            Comparator.comparing(BatchRun::boundaryEpoch)
                .thenComparing(r -> r.finishedAt().orElseThrow()));
  }

  /**
   * Of the runs whose tables hold nothing past a boundary, the one that goes furthest. A run that
   * was counted only is none of them: its versions are those of a run with a further boundary.
   */
  public Optional<BatchRun> publishedWithin(Offsets boundary) {
    List<BatchRun> succeeded = ledger.succeeded();
    return succeeded.stream()
        .filter(run -> boundary.reaches(run.boundary()))
        .filter(run -> succeeded.stream().noneMatch(other -> isFurtherWithSameTables(other, run)))
        .max(Comparator.comparing(BatchRun::boundaryEpoch));
  }

  private static boolean isFurtherWithSameTables(BatchRun other, BatchRun run) {
    return other.boundaryEpoch() > run.boundaryEpoch() && other.versions().equals(run.versions());
  }

  private BatchRun firstAttempt(String id, Boundary boundary) {
    return new BatchRun(
        id,
        1,
        RunState.RUNNING,
        boundary.offsets(),
        boundary.epoch(),
        ledger.now(),
        Optional.empty(),
        Optional.empty(),
        new TreeMap<>(),
        Optional.empty());
  }
}
