package dev.anabranch.lakehouse.anomaly;

import java.util.List;

/**
 * How many minutes a count is of. A few minutes together show what is too little to show in one,
 * such as the silence of a group with few events.
 */
public enum Span {
  MINUTE(1),
  FIVE_MINUTES(5);

  /** From the shortest to the longest. */
  public static final List<Span> ALL = List.of(values());

  private final int minutes;

  Span(int minutes) {
    this.minutes = minutes;
  }

  /** The minutes up to and with the one that is judged. */
  public int minutes() {
    return minutes;
  }

  /** The span of so many minutes, of which there must be one. */
  public static Span ofMinutes(long minutes) {
    return ALL.stream()
        .filter(span -> span.minutes == minutes)
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("No span has minutes: " + minutes));
  }
}
