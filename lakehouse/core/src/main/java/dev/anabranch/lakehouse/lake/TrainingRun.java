package dev.anabranch.lakehouse.lake;

import java.time.Instant;
import java.util.Optional;

/**
 * A training as its ledger knows it.
 *
 * @param version the model that came of it, once it has succeeded
 * @param outcome in words, once it has ended: whether the model was promoted or why not, or what
 *     failed
 */
public record TrainingRun(
    String runId,
    long attempt,
    RunState state,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<Long> version,
    Optional<String> outcome)
    implements Run<TrainingRun> {

  /** The same attempt at its end. */
  TrainingRun ended(RunState end, Instant at, Optional<Long> made, Optional<String> said) {
    return new TrainingRun(runId, attempt, end, startedAt, Optional.of(at), made, said);
  }

  @Override
  public TrainingRun nextAttempt() {
    return new TrainingRun(
        runId,
        attempt + 1,
        RunState.RUNNING,
        startedAt,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public TrainingRun cancelled(Instant at) {
    return ended(RunState.CANCELLED, at, Optional.empty(), Optional.empty());
  }
}
