package dev.anabranch.lakehouse.anomaly;

/** Counts from one to another, both inclusive. */
public record Range(long lower, long upper) {
  /** Makes the MAD an estimate of the standard deviation, where counts are normally distributed. */
  static final double MAD_TO_DEVIATION = 1.4826;

  /**
   * History holds late events that a minute which was just closed has not: a difference of so much
   * is none.
   */
  private static final double LEAST_SHARE = 0.1;

  /** The median of a Poisson distribution is above its mean less ln 2, and below it plus 1/3. */
  private static final double MEAN_ABOVE_MEDIAN = Math.log(2);

  private static final double MEAN_BELOW_MEDIAN = 1 / 3.0;

  public Range {
    if (lower < 0 || upper < lower) {
      throw new IllegalArgumentException("A range of counts from %d to %d".formatted(lower, upper));
    }
  }

  /**
   * The counts that are no anomaly: those whose modified z score, (x - median) / (1.4826 MAD), is
   * at most so many deviations (Iglewicz and Hoaglin, How to Detect and Handle Outliers, ASQC
   * 1993). The MAD of small counts is too small or zero; so the range is never narrower than that
   * of a Poisson distribution of this median (bounds of its mean: Chen and Rubin, Statistics and
   * Probability Letters 4, 1986), whose tails weigh as much as the normal one's at so many
   * deviations, nor than a tenth of the median on either side.
   */
  static Range of(double median, double mad, double deviations) {
    double spread = Math.max(deviations * MAD_TO_DEVIATION * mad, LEAST_SHARE * median);
    double tail = normalTail(deviations);
    long rareBelow = Poisson.lower(Math.max(0, median - MEAN_BELOW_MEDIAN), tail);
    long rareAbove = Poisson.upper(median + MEAN_ABOVE_MEDIAN, tail);
    return new Range(
        Math.max(0, Math.min(rareBelow, (long) Math.ceil(median - spread))),
        Math.max(rareAbove, (long) Math.floor(median + spread)));
  }

  /**
   * The probability that a standard normal variable exceeds z, from 2 on: the first terms of its
   * asymptotic series (Abramowitz and Stegun, 26.2.12).
   */
  private static double normalTail(double z) {
    double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    return density / z * (1 - 1 / (z * z) + 3 / Math.pow(z, 4));
  }

  /** Whatever is not too much. */
  Range fromNone() {
    return new Range(0, upper);
  }

  boolean holds(long count) {
    return count >= lower && count <= upper;
  }
}
