package dev.anabranch.serving.http;

import dev.anabranch.lakehouse.lake.ScoringMinute;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Scores;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/**
 * How live scoring does. The figures of a minute are those of the one that ended last: nothing
 * scored in it counts as 0, and means and quantiles of nothing are NaN.
 */
final class ScoringMetrics {
  private final MeterRegistry registry;
  private final Scores scores;

  private ScoringMetrics(MeterRegistry registry, Scores scores) {
    this.registry = registry;
    this.scores = scores;
  }

  static void follow(MeterRegistry registry, LakeState lake) {
    ScoringMetrics metrics = new ScoringMetrics(registry, lake.scores());
    metrics.gauge(
        "anabranch.scoring.running",
        "1 where the scoring stream has said within the last seconds that it scores",
        scores -> scores.state() == Scores.State.RUNNING ? 1.0 : 0.0);
    metrics.gauge(
        "anabranch.scoring.lag.events",
        "Records of the topic that the scoring stream has not read yet",
        scores -> number(scores.lagEvents()));
    metrics.gauge(
        "anabranch.scoring.leads",
        "Leads with a score of the speed layer",
        scores -> (double) scores.speed().size());
    metrics.minute(
        "scored", "Scores made in the last minute", 0, minute -> (double) minute.scored());
    metrics.minute(
        "hot", "Leads handed over in the last minute", 0, minute -> (double) minute.hot());
    metrics.minute(
        "mean.probability",
        "Mean of the last minute's scores",
        Double.NaN,
        minute -> number(minute.meanProbability()));
    metrics.minute(
        "latency.p50.millis",
        "Median of the last minute from a lead's newest record in the log to its score",
        Double.NaN,
        minute -> (double) minute.latencyP50Millis());
    metrics.minute(
        "latency.p99.millis",
        "99th percentile of the same",
        Double.NaN,
        minute -> (double) minute.latencyP99Millis());
    metrics.minute(
        "psi",
        "How far the last minute's scores are from those of the model's test rows",
        Double.NaN,
        minute -> number(minute.psi()));
    metrics.minute(
        "not.a.number",
        "Scores of the last minute without an answer",
        0,
        minute -> (double) minute.notANumber());
    metrics.minute(
        "unseen.categories",
        "Scores of the last minute of leads with a category that the model was not trained on",
        0,
        minute -> (double) minute.unseenCategories());
  }

  private void minute(
      String name, String description, double without, ToDoubleFunction<ScoringMinute> value) {
    gauge(
        "anabranch.scoring." + name,
        description,
        scores -> scores.lastMinute().map(value::applyAsDouble).orElse(without));
  }

  private void gauge(String name, String description, ToDoubleFunction<Scores> value) {
    Gauge.builder(name, scores, value).description(description).register(registry);
  }

  private static double number(OptionalLong value) {
    return value.isPresent() ? (double) value.getAsLong() : Double.NaN;
  }

  private static double number(OptionalDouble value) {
    return value.orElse(Double.NaN);
  }
}
