package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.lake.BatchRun;

/** Hears of changes, for metrics; called by the threads that follow tables, so it returns soon. */
public interface StateObserver {
  StateObserver NONE = new StateObserver() {};

  /** An epoch of {@code speed} or {@code kappa} became visible; freshness as in {@link AsOf}. */
  default void epochVisible(String pipeline, long epoch, long freshnessMillis) {}

  /** Answers come from this run from now on. */
  default void runPublished(BatchRun run, long switchMillis) {}

  /** Following a table failed; it will be tried again. */
  default void failed(String table, RuntimeException error) {}
}
