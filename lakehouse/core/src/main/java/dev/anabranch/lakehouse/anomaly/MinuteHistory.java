package dev.anabranch.lakehouse.anomaly;

import dev.anabranch.lakehouse.view.Key;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts of events by minute, of the groups with the most events. A minute without events is a
 * count of zero; an hour without an event of any group is no history, for the platform was down or
 * nothing was sent to it. It takes four bytes a minute and group, whatever is added.
 */
public final class MinuteHistory {
  private static final long HOUR = 60;

  private final Map<Group, int[]> counts = new LinkedHashMap<>();
  private final Set<Long> activeHours = new HashSet<>();
  private final long first;

  /**
   * @param survey of what will be added
   */
  public MinuteHistory(HistorySurvey survey) {
    this.first = survey.first();
    survey.groups().forEach(group -> counts.put(group, new int[survey.minutes()]));
  }

  /**
   * Adds events of a minute that the survey has seen.
   *
   * @param micros the minute's beginning, since 1970-01-01T00:00:00Z
   */
  public void add(long micros, Group group, long events) {
    long minute = Math.floorDiv(micros, Key.Minute.MICROS);
    activeHours.add(Math.floorDiv(minute, HOUR));
    int[] minutes = counts.get(group);
    if (minutes != null) {
      int place = (int) (minute - first);
      minutes[place] = (int) Math.min(Integer.MAX_VALUE, minutes[place] + events);
    }
  }

  /** The groups with the most events. */
  List<Group> groups() {
    return List.copyOf(counts.keySet());
  }

  /** Hears of a count. */
  @FunctionalInterface
  interface Counted {
    /**
     * A count.
     *
     * @param minute the last minute that the count is of, microseconds
     */
    void count(Span span, long minute, long events);
  }

  /**
   * Tells of each minute of a group past the first that it had events in, by each span. The first
   * minute of all and the last may be cut: they are left out.
   */
  void forEach(Group group, Counted counted) {
    int[] minutes = counts.get(group);
    int from = 0;
    while (from < minutes.length && minutes[from] == 0) {
      from++;
    }
    int inARow = 0;
    for (int i = from + 1; i < minutes.length - 1; i++) {
      inARow = activeHours.contains(Math.floorDiv(first + i, HOUR)) ? inARow + 1 : 0;
      for (Span span : Span.ALL) {
        if (inARow >= span.minutes()) {
          long events = 0;
          for (int j = i - span.minutes() + 1; j <= i; j++) {
            events += minutes[j];
          }
          counted.count(span, (first + i) * Key.Minute.MICROS, events);
        }
      }
    }
  }
}
