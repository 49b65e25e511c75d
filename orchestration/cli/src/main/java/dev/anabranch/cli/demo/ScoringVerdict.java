package dev.anabranch.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.measure.Freshness;
import java.util.Locale;

/**
 * How a demo with scoring ended.
 *
 * @param seam the verdict of every demo
 * @param model the champion, as {@code /v1/models/N} shows it
 * @param hot hot leads against what they did
 * @param latency from the broker's getting an event to a reader's getting the hot lead,
 *     milliseconds
 * @param drift speed against batch, as {@code /v1/comparison/scores} shows it
 */
public record ScoringVerdict(
    Verdict seam, JsonNode model, HotLeadReport hot, Freshness latency, JsonNode drift) {

  /** Whether lambda is exact and both layers give a lead of the same events the same score. */
  public boolean holds() {
    return seam.exact() && drift.path("absolute_drift").path("max").asDouble(1) < 1e-9;
  }

  /** The document of {@code demo --scoring --json}. */
  public String json() {
    ObjectNode root = seam.tree();
    ObjectNode scoring = root.putObject("scoring");
    scoring.put("model_version", model.path("version").asLong());
    scoring.put("auc", model.at("/card/metrics/auc").asDouble());
    scoring.put("log_loss", model.at("/card/metrics/log_loss").asDouble());
    scoring.put("log_loss_baseline", model.at("/card/metrics/log_loss_baseline").asDouble());
    hot.write(scoring.putObject("hot_leads"));
    ObjectNode millis = scoring.putObject("latency_millis");
    Verdict.percentiles(millis, latency);
    ObjectNode against = scoring.putObject("drift");
    against.set("compared", drift.path("compared"));
    against.set("incomparable", drift.path("incomparable"));
    against.set("absolute", drift.path("absolute_drift"));
    return root.toString();
  }

  /** The same for people. */
  public String text() {
    return seam.text()
        + String.format(
            Locale.ROOT,
            "%nModel %d: AUC %.3f (0.5 is a guess), log loss %.3f (the base rate alone: %.3f).%n%s%nFrom an event in Kafka to its hot lead in the topic, p50/p99: %s.%nSpeed and batch layer scored %d leads from the same events; the largest difference is %s.",
            model.path("version").asLong(),
            model.at("/card/metrics/auc").asDouble(),
            model.at("/card/metrics/log_loss").asDouble(),
            model.at("/card/metrics/log_loss_baseline").asDouble(),
            hot.text(),
            Board.text(latency),
            drift.path("compared").asLong(),
            drift.at("/absolute_drift/max").asText("-"));
  }
}
