package dev.anabranch.serving.query;

import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.serving.query.ScoreDrift.Incomparable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Score drift over all leads.
 *
 * @param compared leads with two scores that compare
 * @param incomparable the other leads, by why; without the reasons of none
 * @param meanAbsolute mean of their drift without its sign; empty: none compares
 * @param p95Absolute so much or less is the drift of 95 % of them
 * @param rows the largest drifts without their sign, largest first, ties by lead
 */
public record ScoresComparison(
    long compared,
    Map<Incomparable, Long> incomparable,
    OptionalDouble meanAbsolute,
    OptionalDouble p95Absolute,
    OptionalDouble maxAbsolute,
    List<ScoreDrift> rows) {
  private static final double P95 = 0.95;

  /**
   * Compares the layers.
   *
   * @param limit at most so many rows
   */
  public static ScoresComparison of(
      Map<String, LeadScore> speed, Map<String, BatchScore> batch, int limit) {
    List<ScoreDrift> drifts = new ArrayList<>();
    Map<Incomparable, Long> incomparable = new EnumMap<>(Incomparable.class);
    for (LeadScore score : speed.values()) {
      Optional<BatchScore> other = Optional.ofNullable(batch.get(score.leadId()));
      ScoreDrift.incomparable(Optional.of(score), other)
          .ifPresentOrElse(
              reason -> incomparable.merge(reason, 1L, Long::sum),
              () -> drifts.add(new ScoreDrift(score, other.orElseThrow())));
    }
    long alone = batch.keySet().stream().filter(lead -> !speed.containsKey(lead)).count();
    if (alone > 0) {
      incomparable.put(Incomparable.NO_SPEED_SCORE, alone);
    }
    double[] sorted = drifts.stream().mapToDouble(ScoreDrift::absolute).sorted().toArray();
    return new ScoresComparison(
        drifts.size(),
        incomparable,
        drifts.stream().mapToDouble(ScoreDrift::absolute).average(),
        rank(sorted, P95),
        rank(sorted, 1),
        largest(drifts, sorted, limit));
  }

  /** Only those that can be among them are put in order: there may be very many. */
  private static List<ScoreDrift> largest(List<ScoreDrift> drifts, double[] sorted, int limit) {
    double least = sorted.length > limit ? sorted[sorted.length - limit] : 0;
    return drifts.stream()
        .filter(drift -> drift.absolute() >= least)
        .sorted(ScoreDrift.LARGEST_FIRST)
        .limit(limit)
        .toList();
  }

  /** The least of sorted values that is not below so large a share of them. */
  private static OptionalDouble rank(double[] sorted, double share) {
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(sorted[(int) Math.ceil(share * sorted.length) - 1]);
  }
}
