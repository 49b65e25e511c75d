package dev.anabranch.serving.query;

import dev.anabranch.lakehouse.view.Column;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.serving.index.ActivityIndex;
import dev.anabranch.serving.index.Grouping;
import dev.anabranch.serving.index.Rolled;
import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.state.Page;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers questions to the view {@code activity}. Stateless; safe for use by several threads. */
public final class ActivityEngine {

  /**
   * Rows in the order of window start, type, channel; windows and groups without events are left
   * out. Only the windows of the page are computed.
   *
   * @param views {@code snapshot.views(architecture)}, or the truth of a snapshot
   * @param after goes on behind this row; the same rows come however they are paged
   * @param limit 1 or more
   */
  public Page<ActivityRow> page(
      ViewTiers views, ActivityQuery query, Optional<ActivityRow.Position> after, int limit) {
    Groups groups = new Groups(views.activity(), query, Grouping.of(query.by()));
    long window = query.windowMinutes() * Key.Minute.MICROS;
    long slide = query.slideMinutes() * Key.Minute.MICROS;
    Windows windows =
        window == slide
            ? start -> groups.over(start, start + window)
            : new SlidingWindows(groups, window, slide);
    List<ActivityRow> rows = new ArrayList<>();
    long start =
        after
            .map(row -> Math.floorDiv(row.windowStartMicros(), slide) * slide)
            .orElse(ActivityIndex.BEGINNING);
    while (rows.size() <= limit) {
      start = nextWindow(groups, start, window, slide);
      if (start == ActivityIndex.NEVER) {
        break;
      }
      add(windows.at(start), start, window, query, after, limit + 1, rows);
      start += slide;
    }
    boolean more = rows.size() > limit;
    return new Page<>(more ? rows.subList(0, limit) : rows, more);
  }

  /** The start of the first window, from a start on, that holds a minute with events. */
  private static long nextWindow(Groups groups, long from, long window, long slide) {
    long minute = groups.nextMinute(from);
    return minute == ActivityIndex.NEVER
        ? minute
        : Math.max(from, (Math.floorDiv(minute - window, slide) + 1) * slide);
  }

  private static void add(
      Rolled groups,
      long start,
      long window,
      ActivityQuery query,
      Optional<ActivityRow.Position> after,
      int limit,
      List<ActivityRow> rows) {
    boolean byType = query.by().contains(ActivityQuery.EVENT_TYPE);
    boolean byChannel = query.by().contains(ActivityQuery.CHANNEL);
    boolean cut = after.isPresent() && after.get().windowStartMicros() == start;
    for (int row = cut ? firstBehind(groups, after.get()) : 0;
        row < groups.size() && rows.size() < limit;
        row++) {
      rows.add(
          new ActivityRow(
              start,
              start + window,
              byType
                  ? Optional.of(groups.texts(ActivityQuery.EVENT_TYPE).at(row))
                  : Optional.empty(),
              byChannel
                  ? Optional.of(groups.texts(ActivityQuery.CHANNEL).at(row))
                  : Optional.empty(),
              groups.events(row),
              groups.revenue(row),
              groups.leads(row)));
    }
  }

  private static int firstBehind(Rolled groups, ActivityRow.Position after) {
    int row = 0;
    while (row < groups.size() && order(groups, row, after) <= 0) {
      row++;
    }
    return row;
  }

  private static int order(Rolled groups, int row, ActivityRow.Position position) {
    int byType =
        position
            .eventType()
            .map(type -> order(groups.texts(ActivityQuery.EVENT_TYPE), row, type))
            .orElse(0);
    return byType != 0
        ? byType
        : position
            .channel()
            .map(channel -> order(groups.texts(ActivityQuery.CHANNEL), row, channel))
            .orElse(0);
  }

  private static int order(Column.Texts texts, int row, String value) {
    return texts.compare(row, value.getBytes(StandardCharsets.UTF_8));
  }

  /** The whole range of the question as one group; windows and {@code by} do not matter. */
  public Totals summary(ViewTiers views, ActivityQuery query) {
    Groups groups = new Groups(views.activity(), query, Grouping.WHOLE);
    Rolled whole = groups.over(ActivityIndex.BEGINNING, ActivityIndex.NEVER);
    return whole.size() == 0
        ? Totals.ZERO
        : new Totals(whole.events(0), whole.revenue(0), whole.leads(0));
  }
}
