package dev.anabranch.lakehouse.anomaly;

import dev.anabranch.lakehouse.view.Key;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts of events by minute and group. A minute without events is a count of zero; an hour without
 * an event of any group is no history, for the platform was down or nothing was sent to it.
 */
public final class MinuteHistory {
  /** What has fewer events than these many groups is judged by its type. */
  private static final int MOST_GROUPS = 200;

  private static final long HOUR = 60;

  private final Map<Group, Counts> counts = new HashMap<>();
  private final Set<Long> activeHours = new HashSet<>();
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  /** Minutes since 1970 with events, and how many; each minute once or several times. */
  private static final class Counts {
    private long[] minutes = new long[64];
    private long[] events = new long[64];
    private int size;
    private long total;

    void add(long minute, long count) {
      if (size == minutes.length) {
        minutes = Arrays.copyOf(minutes, size * 2);
        events = Arrays.copyOf(events, size * 2);
      }
      minutes[size] = minute;
      events[size] = count;
      size++;
      total += count;
    }

    long firstMinute() {
      return Arrays.stream(minutes, 0, size).min().orElseThrow();
    }
  }

  /**
   * Adds events of a minute.
   *
   * @param micros the minute's beginning, since 1970-01-01T00:00:00Z
   */
  public void add(long micros, Group group, long events) {
    long minute = Math.floorDiv(micros, Key.Minute.MICROS);
    counts.computeIfAbsent(group, g -> new Counts()).add(minute, events);
    activeHours.add(Math.floorDiv(minute, HOUR));
    first = Math.min(first, minute);
    last = Math.max(last, minute);
  }

  /** How many minutes are between the first and the last, which may be cut, exclusive. */
  public long minutes() {
    return Math.max(0, last - first - 1);
  }

  /** The groups with the most events. */
  List<Group> groups() {
    return counts.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<Group, Counts> entry) -> -entry.getValue().total)
                .thenComparing(entry -> entry.getKey().eventType())
                .thenComparing(entry -> entry.getKey().channel()))
        .limit(MOST_GROUPS)
        .map(Map.Entry::getKey)
        .toList();
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

  /** Tells of each minute of a group from the first on that it had events in, by each span. */
  void forEach(Group group, Counted counted) {
    Counts of = counts.get(group);
    long from = Math.max(first, of.firstMinute()) + 1;
    long[] dense = new long[(int) Math.max(0, last - from)];
    for (int i = 0; i < of.size; i++) {
      int place = (int) (of.minutes[i] - from);
      if (place >= 0 && place < dense.length) {
        dense[place] += of.events[i];
      }
    }
    int inARow = 0;
    for (int i = 0; i < dense.length; i++) {
      inARow = activeHours.contains(Math.floorDiv(from + i, HOUR)) ? inARow + 1 : 0;
      for (Span span : Span.ALL) {
        if (inARow >= span.minutes()) {
          long events = 0;
          for (int j = i - span.minutes() + 1; j <= i; j++) {
            events += dense[j];
          }
          counted.count(span, (from + i) * Key.Minute.MICROS, events);
        }
      }
    }
  }
}
