package dev.anabranch.cli.measure;

import java.util.OptionalLong;

/** Durations in whole units of the caller, counted; percentiles are exact up to 60,000 units. */
final class Latencies {

  private static final int LONGEST = 60_000;

  private final long[] counts = new long[LONGEST + 1];
  private long total;

  /** Counts one; what is below 0 counts as 0, what is longer as 60,000. */
  void add(long units) {
    counts[(int) Math.max(0, Math.min(LONGEST, units))]++;
    total++;
  }

  long total() {
    return total;
  }

  /**
   * The least duration that at least this share of all does not exceed.
   *
   * @param share above 0, up to 1
   * @return empty when nothing was counted
   */
  OptionalLong percentile(double share) {
    long rank = (long) Math.ceil(share * total);
    long seen = 0;
    for (int millis = 0; millis <= LONGEST && total > 0; millis++) {
      seen += counts[millis];
      if (seen >= rank) {
        return OptionalLong.of(millis);
      }
    }
    return OptionalLong.empty();
  }
}
