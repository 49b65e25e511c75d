package dev.anabranch.serving.index;

import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Column;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.Tiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * A stretch of time that holds events: a minute, or a longer one made of shorter ones. Its rows are
 * rolled up when first asked for, and kept up to date when events are added, by merging the added
 * ones alone. Immutable to its users; a roll-up that two threads make at once is the same.
 */
final class Span {
  /** Lengths of spans in minutes; each a multiple of the next. */
  private static final long[] MINUTES = {1440, 60, 5, 1};

  private static final Span[] NONE = {};

  private final int level;
  private final long start;
  private final Span[] children;
  private final Rolled[] rolled = new Rolled[Grouping.ALL.size()];

  private Span(int level, long start, Span[] children) {
    this.level = level;
    this.start = start;
    this.children = children;
  }

  /** The longest spans over rows of {@code activity}, merged into others, ordered by time. */
  static Span[] plus(Span[] longest, Tiles rows) {
    return plus(longest, 0, rows, 0, rows.size());
  }

  /** Longest spans over disjoint events, as one list; those of the same time are merged. */
  static Span[] join(List<Span[]> parts) {
    TreeMap<Long, Span> byStart = new TreeMap<>();
    for (Span span : parts.stream().flatMap(Arrays::stream).toList()) {
      byStart.merge(span.start, span, Span::mergedWith);
    }
    return byStart.values().toArray(Span[]::new);
  }

  private Span mergedWith(Span other) {
    List<Rolled> minutes = new ArrayList<>();
    other.addMinutes(minutes);
    Tiles rows = Rolled.merge(Grouping.FINEST, minutes).tiles();
    return plus(rows, 0, rows.size());
  }

  private void addMinutes(List<Rolled> result) {
    if (children.length == 0) {
      result.add(rolled(Grouping.FINEST));
    }
    for (Span child : children) {
      child.addMinutes(result);
    }
  }

  private static Span[] plus(Span[] spans, int level, Tiles rows, int from, int to) {
    List<Span> result = new ArrayList<>(spans.length + 4);
    Column.Longs minutes = rows.longKey(0);
    int next = 0;
    for (int row = from; row < to; ) {
      long start = floor(minutes.at(row), level);
      int end = row + 1;
      while (end < to && minutes.at(end) < start + length(level)) {
        end++;
      }
      int position = firstFrom(spans, next, start);
      result.addAll(Arrays.asList(spans).subList(next, position));
      boolean known = position < spans.length && spans[position].start == start;
      Span before = known ? spans[position] : new Span(level, start, NONE);
      result.add(before.plus(rows, row, end));
      next = known ? position + 1 : position;
      row = end;
    }
    result.addAll(Arrays.asList(spans).subList(next, spans.length));
    return result.toArray(Span[]::new);
  }

  private Span plus(Tiles rows, int from, int to) {
    boolean minute = level == MINUTES.length - 1;
    Span result = new Span(level, start, minute ? NONE : plus(children, level + 1, rows, from, to));
    Tiles added = null;
    for (Grouping grouping : Grouping.ALL) {
      Rolled known = rolled[grouping.slot()];
      boolean whole = minute && grouping.slot() == Grouping.FINEST.slot();
      if (known == null && !whole) {
        continue;
      }
      if (added == null) {
        added = rows.slice(Activity.VIEW, from, to);
      }
      Rolled more =
          new Rolled(grouping, added.rollUp(Activity.VIEW, grouping.view(), anyMinute -> start));
      result.rolled[grouping.slot()] =
          known == null ? more : Rolled.merge(grouping, List.of(known, more));
    }
    return result;
  }

  /** All rows of this span, as of its start. */
  Rolled rolled(Grouping grouping) {
    Rolled known = rolled[grouping.slot()];
    if (known == null) {
      known = children.length == 0 ? rollUpMinute(grouping) : rollUpChildren(grouping);
      rolled[grouping.slot()] = known;
    }
    return known;
  }

  private Rolled rollUpMinute(Grouping grouping) {
    Tiles rows = rolled[Grouping.FINEST.slot()].tiles();
    return new Rolled(grouping, rows.rollUp(Activity.VIEW, grouping.view(), minute -> minute));
  }

  private Rolled rollUpChildren(Grouping grouping) {
    return Rolled.merge(
        grouping,
        Arrays.stream(children).map(child -> child.rolled(grouping).from(start)).toList());
  }

  /** Adds the roll-ups of the longest spans that cover the events from one instant to another. */
  static void cover(
      Span[] spans, long fromMicros, long toMicros, Grouping grouping, List<Rolled> result) {
    for (int i = firstEndingAfter(spans, fromMicros);
        i < spans.length && spans[i].start < toMicros;
        i++) {
      Span span = spans[i];
      if (span.start >= fromMicros && span.end() <= toMicros) {
        result.add(span.rolled(grouping));
      } else {
        cover(span.children, fromMicros, toMicros, grouping, result);
      }
    }
  }

  /** The first minute with events from an instant on, or {@link Long#MAX_VALUE}. */
  static long nextMinute(Span[] spans, long fromMicros) {
    for (int i = firstEndingAfter(spans, fromMicros); i < spans.length; i++) {
      Span span = spans[i];
      long minute = span.children.length == 0 ? span.start : nextMinute(span.children, fromMicros);
      if (minute != Long.MAX_VALUE) {
        return minute;
      }
    }
    return Long.MAX_VALUE;
  }

  private long end() {
    return start + length(level);
  }

  private static long length(int level) {
    return MINUTES[level] * Key.Minute.MICROS;
  }

  private static long floor(long micros, int level) {
    return Math.floorDiv(micros, length(level)) * length(level);
  }

  private static int firstEndingAfter(Span[] spans, long micros) {
    return spans.length == 0 ? 0 : firstFrom(spans, 0, floor(micros, spans[0].level));
  }

  /** The first span from a position on that starts at an instant or later. */
  private static int firstFrom(Span[] spans, int position, long start) {
    int low = position;
    int high = spans.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (spans[middle].start < start) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
