package dev.anabranch.airflow.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A task of a run.
 *
 * @param mapIndex of a mapped task, otherwise {@link TaskKey#NOT_MAPPED}
 * @param tryNumber the newest try, from 1; 0 before the first
 * @param maxTries how many tries may follow the first
 */
public record TaskInstance(
    String dagId,
    String dagRunId,
    String taskId,
    int mapIndex,
    TaskState state,
    int tryNumber,
    int maxTries,
    Optional<Instant> startDate,
    Optional<Instant> endDate) {

  public TaskInstance {
    Objects.requireNonNull(dagId, "dag_id");
    Objects.requireNonNull(dagRunId, "dag_run_id");
    Objects.requireNonNull(taskId, "task_id");
    state = Objects.requireNonNullElse(state, TaskState.NONE);
  }

  public TaskKey key() {
    return new TaskKey(new RunKey(dagId, dagRunId), taskId, mapIndex);
  }
}
