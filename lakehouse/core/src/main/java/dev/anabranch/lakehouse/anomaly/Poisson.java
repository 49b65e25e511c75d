package dev.anabranch.lakehouse.anomaly;

/** Quantiles of Poisson distributions. */
final class Poisson {
  /** From here on the normal distribution of the same mean and variance stands in. */
  private static final double NEARLY_NORMAL = 500;

  /** What is past this share of a tail does not change it. */
  private static final double NOTHING = 1e-9;

  private Poisson() {}

  /** The largest count below which less than the tail lies. */
  static long lower(double mean, double tail) {
    if (mean > NEARLY_NORMAL) {
      return (long) Math.floor(mean - deviations(tail) * Math.sqrt(mean));
    }
    double probability = Math.exp(-mean);
    double below = 0;
    long count = 0;
    while (below + probability < tail) {
      below += probability;
      count++;
      probability *= mean / count;
    }
    return count;
  }

  /** The smallest count above which less than the tail lies. */
  static long upper(double mean, double tail) {
    if (mean > NEARLY_NORMAL) {
      return (long) Math.ceil(mean + deviations(tail) * Math.sqrt(mean));
    }
    // Added up from the far end: 1 less a sum from 0 on is rounded to more than small tails are.
    double probability = Math.exp(-mean);
    long count = 0;
    while (count < mean || probability > NOTHING * tail) {
      count++;
      probability *= mean / count;
    }
    double above = 0;
    while (above + probability < tail) {
      above += probability;
      probability *= count / mean;
      count--;
    }
    return count;
  }

  /** A little more than the normal quantile: Q(z) is at most exp(-z²/2) / 2. */
  private static double deviations(double tail) {
    return Math.sqrt(-2 * Math.log(2 * tail));
  }
}
