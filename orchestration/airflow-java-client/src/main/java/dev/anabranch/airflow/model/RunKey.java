package dev.anabranch.airflow.model;

import java.util.Objects;

/** Which run of which DAG. */
public record RunKey(String dagId, String runId) {
  public RunKey {
    requireSegment(dagId, "dagId");
    requireSegment(runId, "runId");
  }

  /** A task of this run that is not mapped. */
  public TaskKey task(String taskId) {
    return new TaskKey(this, taskId, TaskKey.NOT_MAPPED);
  }

  /** Ids become segments of a path. These lead elsewhere, whatever their encoding. */
  static void requireSegment(String id, String name) {
    Objects.requireNonNull(id, name);
    if (id.isEmpty() || id.equals(".") || id.equals("..") || id.contains("/")) {
      throw new IllegalArgumentException(name + " is '" + id + "', which is no id");
    }
  }
}
