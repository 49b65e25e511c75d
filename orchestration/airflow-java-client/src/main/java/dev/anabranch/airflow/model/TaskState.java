package dev.anabranch.airflow.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Locale;

/** The state of a task in a run. */
public enum TaskState {
  /** Airflow's null: not scheduled yet, or cleared. */
  NONE,
  SCHEDULED,
  QUEUED,
  RUNNING,
  SUCCESS,
  FAILED,
  /** A try failed, and the next comes after the task's delay. */
  UP_FOR_RETRY,
  /** A sensor that asks again later. */
  UP_FOR_RESCHEDULE,
  /** Waits in the triggerer; without one, for ever. */
  DEFERRED,
  /** Cleared while it ran: it is ended and then tried again. */
  RESTARTING,
  SKIPPED,
  UPSTREAM_FAILED,
  /** No longer in the DAG. */
  REMOVED,
  /** One that this client does not know. */
  UNKNOWN;

  /** Whether the task does not go on by itself. */
  public boolean hasEnded() {
    return switch (this) {
      case SUCCESS, FAILED, SKIPPED, UPSTREAM_FAILED, REMOVED -> true;
      case NONE,
          SCHEDULED,
          QUEUED,
          RUNNING,
          UP_FOR_RETRY,
          UP_FOR_RESCHEDULE,
          DEFERRED,
          RESTARTING,
          UNKNOWN ->
          false;
    };
  }

  /** As Airflow writes it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  static TaskState of(String text) {
    return States.of(TaskState.class, text, UNKNOWN);
  }
}
