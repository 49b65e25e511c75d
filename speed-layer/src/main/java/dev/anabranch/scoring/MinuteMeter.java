package dev.anabranch.scoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.lake.ScoringMinute;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.datasketches.kll.KllDoublesSketch;

/** Adds scores up, minute by minute of the wall clock. Safe for use by several threads. */
final class MinuteMeter {
  static final int BINS = 10;

  /** Fewer scores than these have no distribution to speak of. */
  private static final int LEAST_SCORES = 100;

  /** An empty bin counts as so much of all: the index of a share of zero is infinite. */
  private static final double LEAST_SHARE = 1e-4;

  private final Clock clock;
  private final Deque<ScoringMinute> ended = new ArrayDeque<>();
  private Optional<Minute> open = Optional.empty();

  MinuteMeter(Clock clock) {
    this.clock = clock;
  }

  /** A minute under way. */
  private static final class Minute {
    private final Instant start;
    private final KllDoublesSketch latencies = KllDoublesSketch.newHeapInstance();
    private final double[] bins = new double[BINS];
    private double[] trained = new double[0];
    private long scored;
    private long hot;
    private double sum;
    private long notANumber;
    private long unseen;
    private long withoutProfile;
    private long model;

    Minute(Instant start) {
      this.start = start;
    }

    void add(List<LeadScore> scores) {
      for (LeadScore score : scores) {
        scored++;
        hot += score.hot() ? 1 : 0;
        withoutProfile += score.profile().isEmpty() ? 1 : 0;
        latencies.update((double) Math.max(0, score.scoredMillis() - score.kafkaMillis()));
        if (Double.isNaN(score.probability())) {
          notANumber++;
        } else {
          sum += score.probability();
          bins[Math.min(BINS - 1, (int) (score.probability() * BINS))]++;
        }
      }
    }

    ScoringMinute end() {
      long numbers = scored - notANumber;
      return new ScoringMinute(
          start,
          scored,
          hot,
          numbers == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / numbers),
          Math.round(latencies.getQuantile(0.5)),
          Math.round(latencies.getQuantile(0.99)),
          psi(bins, trained),
          notANumber,
          unseen,
          withoutProfile,
          model);
    }
  }

  /** An epoch's scores. */
  synchronized void add(Scorer.Scored scored, List<LeadScore> judged, ModelVersion model) {
    roll();
    if (judged.isEmpty()) {
      return;
    }
    Minute minute = open.orElseGet(() -> new Minute(now()));
    open = Optional.of(minute);
    minute.add(judged);
    minute.unseen += scored.unseen();
    minute.model = model.version();
    minute.trained = trained(model);
  }

  /** The minutes that have ended since the last call; those without scores are none. */
  synchronized List<ScoringMinute> take() {
    roll();
    List<ScoringMinute> taken = List.copyOf(ended);
    ended.clear();
    return taken;
  }

  /** The minute under way, so far. */
  synchronized Optional<ScoringMinute> open() {
    roll();
    return open.map(Minute::end);
  }

  private void roll() {
    if (open.isPresent() && !open.get().start.equals(now())) {
      ended.add(open.get().end());
      open = Optional.empty();
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MINUTES);
  }

  /** How many of the model's test rows are in each bin of probability; empty: it does not say. */
  static double[] trained(ModelVersion model) {
    double[] rows = new double[BINS];
    for (JsonNode bin : model.card().path("metrics").path("calibration")) {
      int index = (int) Math.round(bin.path("from").asDouble() * BINS);
      rows[Math.max(0, Math.min(BINS - 1, index))] += bin.path("rows").asDouble();
    }
    return Arrays.stream(rows).sum() == 0 ? new double[0] : rows;
  }

  /**
   * The population stability index: the sum over the bins of (a - e) ln(a / e), of the shares of
   * scores a and of training e. By a rule of thumb of credit scoring (Siddiqi, Credit Risk
   * Scorecards, 2006) above 0.25 is a shift and below 0.1 is none.
   */
  static OptionalDouble psi(double[] scores, double[] trained) {
    double all = Arrays.stream(scores).sum();
    double expectedAll = Arrays.stream(trained).sum();
    if (all < LEAST_SCORES || trained.length != scores.length) {
      return OptionalDouble.empty();
    }
    double index = 0;
    for (int bin = 0; bin < scores.length; bin++) {
      double actual = Math.max(LEAST_SHARE, scores[bin] / all);
      double expected = Math.max(LEAST_SHARE, trained[bin] / expectedAll);
      index += (actual - expected) * Math.log(actual / expected);
    }
    return OptionalDouble.of(index);
  }
}
