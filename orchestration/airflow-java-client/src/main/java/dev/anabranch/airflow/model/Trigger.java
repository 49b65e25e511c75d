package dev.anabranch.airflow.model;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A run that is wanted.
 *
 * @param key its id is the caller's own, so that asking twice makes one run
 * @param conf what the DAG's tasks read as {@code dag_run.conf}
 */
public record Trigger(RunKey key, Map<String, ?> conf, Optional<String> note) {

  public Trigger {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(note, "note");
    conf = Map.copyOf(conf);
  }

  /** A run without a configuration and a note. */
  public static Trigger of(String dagId, String runId) {
    return new Trigger(new RunKey(dagId, runId), Map.of(), Optional.empty());
  }

  /**
   * What became of it.
   *
   * @param isNew false where the run was there already; what it was triggered with may differ then
   */
  public record Outcome(DagRun run, boolean isNew) {
    public Outcome {
      Objects.requireNonNull(run, "run");
    }
  }
}
