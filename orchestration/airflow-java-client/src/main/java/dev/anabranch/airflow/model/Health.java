package dev.anabranch.airflow.model;

import java.util.Objects;
import java.util.Optional;

/** What each part of Airflow says of itself, as of its last heartbeat. */
public record Health(
    Part metadatabase, Part scheduler, Optional<Part> dagProcessor, Optional<Part> triggerer) {

  public Health {
    Objects.requireNonNull(metadatabase, "metadatabase");
    Objects.requireNonNull(scheduler, "scheduler");
  }

  /**
   * A part.
   *
   * @param status {@code healthy}, {@code unhealthy}, or empty for a part that never ran
   */
  public record Part(Optional<String> status) {
    public boolean isHealthy() {
      return status.filter("healthy"::equals).isPresent();
    }
  }

  /** Whether runs get done. A triggerer is needed by deferrable tasks only, and not looked at. */
  public boolean runsTasks() {
    return metadatabase.isHealthy()
        && scheduler.isHealthy()
        && dagProcessor.filter(Part::isHealthy).isPresent();
  }
}
