package dev.anabranch.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.measure.Freshness;
import java.util.OptionalLong;

/**
 * How a demo ended.
 *
 * @param sent records in the topic, as its ledger says
 * @param accepted records that the platform accepted, copies included, as its last batch run says
 * @param quarantined records that it refused, as the same run says
 * @param kappaDropped records that Kappa left out for lateness, as it says itself
 * @param batchRuns runs that succeeded
 */
public record Verdict(
    long sent,
    long accepted,
    long quarantined,
    Totals truth,
    Totals lambda,
    Totals kappa,
    long kappaDropped,
    long batchRuns,
    Freshness lambdaFreshness,
    Freshness kappaFreshness) {

  /** Whether lambda's events and revenue are the truth, exactly. */
  public boolean exact() {
    return lambda.exactly(truth);
  }

  /** The document of {@code demo --json}. */
  public String json() {
    return tree().toString();
  }

  ObjectNode tree() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("verdict", exact() ? "exact" : "wrong");
    root.putObject("records")
        .put("sent", sent)
        .put("accepted", accepted)
        .put("quarantined", quarantined);
    totals(root.putObject("truth"), truth);
    errors(totals(root.putObject("lambda"), lambda), lambda);
    errors(totals(root.putObject("kappa"), kappa), kappa).put("late_events_dropped", kappaDropped);
    root.put("batch_runs", batchRuns);
    ObjectNode freshness = root.putObject("freshness_millis");
    percentiles(freshness.putObject("lambda"), lambdaFreshness);
    percentiles(freshness.putObject("kappa"), kappaFreshness);
    return root;
  }

  /** The same for people. */
  public String text() {
    return """
    Verdict: %s. Lambda answers %,d events and %s, the truth is %,d and %s.
    Kappa answers %,d events (%.3f %% off); it says that it left out %,d late records, copies among them.
    Of %,d records sent, %,d were accepted and %,d quarantined; %d batch runs.
    Freshness p50/p99: lambda %s, kappa %s.\
    """
        .formatted(
            exact() ? "exact" : "WRONG",
            lambda.events(),
            lambda.revenue(),
            truth.events(),
            truth.revenue(),
            kappa.events(),
            100 * kappa.eventsError(truth),
            kappaDropped,
            sent,
            accepted,
            quarantined,
            batchRuns,
            Board.text(lambdaFreshness),
            Board.text(kappaFreshness));
  }

  private static ObjectNode totals(ObjectNode node, Totals totals) {
    return node.put("events", totals.events())
        .put("revenue", totals.revenue().toPlainString())
        .put("leads", totals.leads());
  }

  private ObjectNode errors(ObjectNode node, Totals totals) {
    return node.put("events_error", totals.eventsError(truth))
        .put("revenue_error", totals.revenueError(truth));
  }

  static void percentiles(ObjectNode node, Freshness freshness) {
    percentile(node, "p50", freshness.p50());
    percentile(node, "p99", freshness.p99());
  }

  private static void percentile(ObjectNode node, String name, OptionalLong millis) {
    if (millis.isPresent()) {
      node.put(name, millis.getAsLong());
    } else {
      node.putNull(name);
    }
  }
}
