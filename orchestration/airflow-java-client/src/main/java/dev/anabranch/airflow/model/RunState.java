package dev.anabranch.airflow.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Locale;

/** The state of a run. */
public enum RunState {
  /** Waits: for a slot, or for its DAG to be unpaused. */
  QUEUED,
  RUNNING,
  SUCCESS,
  FAILED,
  /** One that this client does not know. */
  UNKNOWN;

  /** Whether the run does not go on by itself. */
  public boolean hasEnded() {
    return switch (this) {
      case SUCCESS, FAILED -> true;
      case QUEUED, RUNNING, UNKNOWN -> false;
    };
  }

  /** As Airflow writes it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  static RunState of(String text) {
    return States.of(RunState.class, text, UNKNOWN);
  }
}
