package dev.anabranch.lakehouse.anomaly;

import java.util.Arrays;
import java.util.List;

/**
 * How much a single lead does at most.
 *
 * @param observations how many minutes, or ten minutes, of leads are behind it
 * @param quantile what nearly all of them stay within: events, or units of money
 * @param upper from above this on it is an anomaly
 */
public record LeadLimit(Measure measure, long observations, double quantile, double upper) {
  /** Fewer observations than these have no extremes to speak of. */
  public static final long ENOUGH_OBSERVATIONS = 1_000;

  /** What is measured. */
  public enum Measure {
    /** Events of a lead in a minute. */
    EVENTS_A_MINUTE("lead_minute", 1),
    /** Revenue of a lead in ten minutes, aligned to 1970-01-01T00:00:00Z. */
    REVENUE_IN_TEN_MINUTES("lead_ten_minutes", 10);

    public static final List<Measure> ALL = List.of(values());

    private final String wireName;
    private final long minutes;

    Measure(String wireName, long minutes) {
      this.wireName = wireName;
      this.minutes = minutes;
    }

    /** What it is measured over. */
    public long minutes() {
      return minutes;
    }

    /** The name of the pool, in tables and answers. */
    public String wireName() {
      return wireName;
    }

    public static Measure ofWireName(String name) {
      return Arrays.stream(values())
          .filter(measure -> measure.wireName.equals(name))
          .findAny()
          .orElseThrow(() -> new IllegalArgumentException("No measure is called " + name));
    }
  }
}
