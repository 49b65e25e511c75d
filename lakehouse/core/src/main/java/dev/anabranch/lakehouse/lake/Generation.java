package dev.anabranch.lakehouse.lake;

import java.util.Locale;

/**
 * A generation of the Kappa views: one reading of the log from its beginning, with a table, a
 * checkpoint and state of its own.
 *
 * @param number from 1
 */
public record Generation(long number, State state) {
  /** Where a generation stands; states only move on, in this order. */
  public enum State {
    /** It reads; readers do not see it yet. */
    BUILDING,
    /** Readers see it. */
    ACTIVE,
    /** A later one took over, and its table may be gone; or it was given up. */
    DROPPED;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static State ofWireName(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }
}
