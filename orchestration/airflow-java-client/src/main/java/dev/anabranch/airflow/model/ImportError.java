package dev.anabranch.airflow.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A file that did not parse. Files without the words "airflow" and "dag" are passed over and never
 * appear here.
 *
 * @param filename relative to its bundle
 * @param bundleName which of the DAG folders it is in
 */
public record ImportError(
    long importErrorId,
    Instant timestamp,
    String filename,
    Optional<String> bundleName,
    String stackTrace) {
  public ImportError {
    Objects.requireNonNull(timestamp, "timestamp");
    Objects.requireNonNull(filename, "filename");
    Objects.requireNonNull(stackTrace, "stack_trace");
  }
}
