package dev.anabranch.airflow.model;

import java.util.Objects;

/**
 * Which task of which run.
 *
 * @param mapIndex of a mapped task, from 0; otherwise {@link #NOT_MAPPED}
 */
public record TaskKey(RunKey run, String taskId, int mapIndex) {

  public static final int NOT_MAPPED = -1;

  public TaskKey {
    Objects.requireNonNull(run, "run");
    RunKey.requireSegment(taskId, "taskId");
    if (mapIndex < NOT_MAPPED) {
      throw new IllegalArgumentException("mapIndex is " + mapIndex);
    }
  }
}
