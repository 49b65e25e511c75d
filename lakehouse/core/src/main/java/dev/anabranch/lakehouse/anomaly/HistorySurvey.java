package dev.anabranch.lakehouse.anomaly;

import dev.anabranch.lakehouse.view.Key;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A first look at history, which tells what of it a {@link MinuteHistory} is to hold. It knows so
 * many groups at most: where there are more, as where a channel is a visitor's own, those with the
 * fewest events are forgotten, as in {@link LeadTally}.
 */
public final class HistorySurvey {
  /** What has fewer events than these many groups is judged by its type. */
  static final int MOST_GROUPS = 200;

  private static final int MOST_KNOWN = 20_000;

  private final Map<Group, Long> totals = new HashMap<>();
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  /**
   * Adds events of a minute.
   *
   * @param micros the minute's beginning, since 1970-01-01T00:00:00Z
   */
  public void add(long micros, Group group, long events) {
    long minute = Math.floorDiv(micros, Key.Minute.MICROS);
    first = Math.min(first, minute);
    last = Math.max(last, minute);
    totals.merge(group, events, Long::sum);
    if (totals.size() > MOST_KNOWN) {
      forgetTheLeast();
    }
  }

  private void forgetTheLeast() {
    for (long least = 2; totals.size() > MOST_KNOWN / 2; least *= 2) {
      long events = least;
      totals.values().removeIf(total -> total < events);
    }
  }

  /** The groups with the most events, those first. */
  List<Group> groups() {
    return totals.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<Group, Long> entry) -> -entry.getValue())
                .thenComparing(entry -> entry.getKey().eventType())
                .thenComparing(entry -> entry.getKey().channel()))
        .limit(MOST_GROUPS)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** How many groups it knows. */
  int known() {
    return totals.size();
  }

  /** The first minute with events, counted from 1970 on. */
  long first() {
    return first;
  }

  /** How many minutes there are from the first to the last with events, both inclusive. */
  int minutes() {
    return first > last ? 0 : Math.toIntExact(last - first + 1);
  }
}
