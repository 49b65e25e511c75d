package dev.anabranch.cli.produce;

import java.util.Random;

/**
 * Marks a share of a sequence: of any n in a row about n times the share, of the first n exactly
 * that where it is a whole number, at places that follow no pattern. One of each stratum as long as
 * the share's inverse is marked; of a share above a half the others are left out likewise.
 */
final class Marker {

  private final boolean marksOthers;
  private final double rarer;
  private final Random random;
  private long at;
  private long stratum;
  private long nextPlace;

  Marker(double share, Random random) {
    this.marksOthers = share > 0.5;
    this.rarer = marksOthers ? 1 - share : share;
    this.random = random;
    this.nextPlace = placeIn(0);
  }

  /** Whether the next one of the sequence is marked. */
  boolean next() {
    boolean chosen = at == nextPlace;
    if (chosen) {
      stratum++;
      nextPlace = placeIn(stratum);
    }
    at++;
    return chosen != marksOthers;
  }

  private long placeIn(long number) {
    if (rarer <= 0) {
      return -1;
    }
    // Rounding must not put two into one place, nor the last of a whole number past its end.
    long first = Math.round(number / rarer);
    long end = Math.round((number + 1) / rarer);
    return first + (long) (random.nextDouble() * (end - first));
  }
}
