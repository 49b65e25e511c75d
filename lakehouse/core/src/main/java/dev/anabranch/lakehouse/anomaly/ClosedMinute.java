package dev.anabranch.lakehouse.anomaly;

import java.util.List;
import java.util.Map;

/**
 * A minute whose events are in, but for late ones.
 *
 * @param minute its beginning, microseconds since 1970-01-01T00:00:00Z
 * @param whole false at the border of a long silence: then few events say nothing
 * @param counts events by group; groups without events are left out
 * @param before the same of the minutes right before this one, oldest first, as many as the longest
 *     {@link Span} wants; empty where one of them was not closed or not whole
 * @param leads what each lead did
 */
public record ClosedMinute(
    long minute,
    boolean whole,
    Map<Group, Long> counts,
    List<Map<Group, Long>> before,
    Map<String, Lead> leads) {
  public ClosedMinute {
    counts = Map.copyOf(counts);
    before = List.copyOf(before);
    leads = Map.copyOf(leads);
  }

  ClosedMinute withoutLeads() {
    return new ClosedMinute(minute, whole, counts, List.of(), Map.of());
  }

  /**
   * A lead in a minute.
   *
   * @param centsBefore its revenue in the ten minutes that the minute is of, without the minute
   * @param cents the same up to the minute's end
   */
  public record Lead(long events, long centsBefore, long cents) {}
}
