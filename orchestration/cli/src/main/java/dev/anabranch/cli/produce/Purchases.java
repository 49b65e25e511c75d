package dev.anabranch.cli.produce;

import java.util.Random;

/** Amounts of purchases: log-normal, so most are small and a few are very large. */
final class Purchases {

  private static final double MEDIAN_CENTS = 4_500;
  private static final double SIGMA = 1.1;
  private static final long MOST_CENTS = 10_000_000;

  private Purchases() {}

  /** An amount from 1 cent to 100,000.00. */
  static long cents(Random random) {
    // StrictMath: the same amounts on every machine.
    double cents = MEDIAN_CENTS * StrictMath.exp(SIGMA * random.nextGaussian());
    return Math.max(1, Math.min(MOST_CENTS, (long) cents));
  }
}
