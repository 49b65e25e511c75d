package dev.anabranch.airflow.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A run of a DAG.
 *
 * @param runType {@code manual}, {@code scheduled}, {@code backfill}, …
 * @param queuedAt when it began to wait
 * @param startDate of its newest attempt; a run that was cleared starts anew
 * @param note what its trigger or a user wrote
 */
public record DagRun(
    String dagId,
    String dagRunId,
    RunState state,
    String runType,
    Optional<Instant> queuedAt,
    Optional<Instant> startDate,
    Optional<Instant> endDate,
    Optional<String> note) {

  public DagRun {
    Objects.requireNonNull(dagId, "dag_id");
    Objects.requireNonNull(dagRunId, "dag_run_id");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(runType, "run_type");
  }

  public RunKey key() {
    return new RunKey(dagId, dagRunId);
  }
}
