package dev.anabranch.airflow.model;

import java.util.Objects;

/**
 * A DAG that Airflow has parsed.
 *
 * @param isPaused then it is not scheduled, and a triggered run stays queued
 * @param isStale its file is gone, or no longer defines it
 * @param hasImportErrors its file did not parse the last time; what is known of it is older
 */
public record Dag(String dagId, boolean isPaused, boolean isStale, boolean hasImportErrors) {
  public Dag {
    Objects.requireNonNull(dagId, "dag_id");
  }
}
