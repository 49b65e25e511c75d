package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.view.View;
import java.net.URI;
import org.apache.hadoop.fs.Path;

/** Where each table of the lake is. */
public record LakeLayout(URI root) {

  public Path table(String name) {
    return new Path(new Path(root), name);
  }

  public Path speedTiles() {
    return table("speed/tiles");
  }

  public Path speedScores() {
    return table("speed/scores");
  }

  public Path speedAnomalies() {
    return table("speed/anomalies");
  }

  public Path scoringMetrics() {
    return table("speed/scoring_metrics");
  }

  public Path batchScores() {
    return table("batch/scores");
  }

  public Path baselines() {
    return table("batch/baselines");
  }

  public Path kappaTiles(long generation) {
    return table("kappa/tiles-" + generation);
  }

  public Path kappaGenerations() {
    return table("kappa/generations");
  }

  public Path quarantine() {
    return table("quarantine/events");
  }

  public Path masterEvents() {
    return table("master/events");
  }

  public Path batchView(View view) {
    return table("batch/" + view.name());
  }

  public Path batchRuns() {
    return table("batch/runs");
  }

  public Path maintenanceRuns() {
    return table("maintenance/runs");
  }

  public Path modelRegistry() {
    return table("models/registry");
  }

  public Path modelTrainings() {
    return table("models/trainings");
  }

  /** What a pipeline says of itself, about once a second. */
  public Path status(String pipeline) {
    return table("status/" + pipeline + ".json");
  }

  /** Where a stream keeps Spark's offsets and commits, and its state. */
  public Path checkpoint(String stream) {
    return table("checkpoints/" + stream);
  }
}
