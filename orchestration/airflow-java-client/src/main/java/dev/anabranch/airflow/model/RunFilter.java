package dev.anabranch.airflow.model;

import java.util.Set;

/**
 * Which runs of a DAG are wanted, the newest first.
 *
 * @param states any of these; empty for all
 * @param limit 1 to 100, which is as many as Airflow gives at once
 * @param offset how many to pass over
 */
public record RunFilter(Set<RunState> states, int limit, int offset) {

  public RunFilter {
    states = Set.copyOf(states);
    if (states.contains(RunState.UNKNOWN)) {
      throw new IllegalArgumentException("An unknown state cannot be asked for");
    }
    if (limit < 1 || limit > 100 || offset < 0) {
      throw new IllegalArgumentException(
          "limit is %d (1 to 100), offset is %d (0 or more)".formatted(limit, offset));
    }
  }

  /** The newest runs. */
  public static RunFilter newest(int limit) {
    return new RunFilter(Set.of(), limit, 0);
  }
}
