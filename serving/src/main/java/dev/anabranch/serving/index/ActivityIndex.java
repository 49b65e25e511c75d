package dev.anabranch.serving.index;

import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.Tiles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Rows of {@code activity}, by time: minutes, under 5 minutes, under hours, under days. */
public final class ActivityIndex implements Index<ActivityIndex> {
  /** Before any event; far from where arithmetic overflows. */
  public static final long BEGINNING = Long.MIN_VALUE / 4;

  /** No minute. */
  public static final long NEVER = Long.MAX_VALUE;

  private final Span[] days;

  /** By slot: 1 where this index, or one that it came from, was asked for the grouping. */
  private final AtomicIntegerArray asked;

  private ActivityIndex(Span[] days, AtomicIntegerArray asked) {
    this.days = days;
    this.asked = asked;
  }

  /** The index of these rows. */
  public static ActivityIndex of(Tiles tiles) {
    return new ActivityIndex(
        Span.plus(new Span[0], tiles), new AtomicIntegerArray(Grouping.ALL.size()));
  }

  /** One index of several over disjoint events; what lies in a day of its own is taken as it is. */
  public static ActivityIndex join(List<ActivityIndex> parts) {
    return new ActivityIndex(
        Span.join(parts.stream().map(part -> part.days).toList()),
        new AtomicIntegerArray(Grouping.ALL.size()));
  }

  @Override
  public ActivityIndex plus(Tiles tiles) {
    return new ActivityIndex(Span.plus(days, tiles), asked);
  }

  /** The first minute with events from a whole minute on, or {@link #NEVER}; microseconds. */
  public long nextMinute(long fromMicros) {
    return Span.nextMinute(days, fromMicros);
  }

  /**
   * All events from one whole minute, inclusive, to another, exclusive, in groups; the rows begin
   * at the first.
   */
  public Rolled over(long fromMicros, long toMicros, Grouping grouping) {
    asked.setPlain(grouping.slot(), 1);
    List<Rolled> parts = new ArrayList<>(4);
    Span.cover(days, fromMicros, toMicros, grouping, parts);
    parts.replaceAll(part -> part.from(fromMicros));
    return Rolled.merge(grouping, parts);
  }

  /**
   * Rolls minutes up before they are asked for, in the groupings that another index was asked for:
   * an index that takes its place then answers as fast from its first request on.
   */
  void warmAs(ActivityIndex other) {
    for (Grouping grouping : Grouping.ALL) {
      if (grouping.slot() == Grouping.WHOLE.slot() || other.asked.get(grouping.slot()) > 0) {
        for (long minute = nextMinute(BEGINNING);
            minute != NEVER;
            minute = nextMinute(minute + Key.Minute.MICROS)) {
          Rolled rows = over(minute, minute + Key.Minute.MICROS, grouping);
          if (rows.size() > 0) {
            rows.leads(0);
          }
        }
      }
    }
  }

  static ActivityIndex empty() {
    return of(Tiles.empty(Activity.VIEW));
  }
}
