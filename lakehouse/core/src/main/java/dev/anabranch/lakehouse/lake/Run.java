package dev.anabranch.lakehouse.lake;

import java.time.Instant;

/**
 * What a {@link Ledger} knows of every run, of whichever kind.
 *
 * @param <R> the kind of run
 */
public interface Run<R extends Run<R>> {
  /** See {@link RunIds#isId}. */
  String runId();

  /** From 1; grows each time that the run goes on after it failed or was cancelled. */
  long attempt();

  RunState state();

  /** When the first attempt was claimed. */
  Instant startedAt();

  /** The same run, running again. */
  R nextAttempt();

  /** The same attempt, cancelled at an instant. */
  R cancelled(Instant at);
}
