package dev.anabranch.serving.query;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.view.Column;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Answers questions from the events themselves, by the plainest way there is. */
public final class Oracle {
  private static final Comparator<String> CODE_POINTS =
      (left, right) ->
          Arrays.compareUnsigned(
              left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
  private static final Comparator<ActivityRow.Position> ROWS =
      Comparator.comparing(ActivityRow.Position::windowStartMicros)
          .thenComparing(row -> row.eventType().orElse(""), CODE_POINTS)
          .thenComparing(row -> row.channel().orElse(""), CODE_POINTS);

  private Oracle() {}

  public static List<ActivityRow> activity(List<Event> events, ActivityQuery query) {
    long window = query.windowMinutes() * 60_000_000L;
    long slide = query.slideMinutes() * 60_000_000L;
    Map<ActivityRow.Position, List<Event>> groups = new TreeMap<>(ROWS);
    for (Event event : events) {
      if (!asked(query).test(event)) {
        continue;
      }
      long last = Math.floorDiv(event.eventTimeMicros(), slide) * slide;
      for (long start = last; start > last - window; start -= slide) {
        groups
            .computeIfAbsent(
                new ActivityRow.Position(
                    start,
                    optional(query, ActivityQuery.EVENT_TYPE, event.type().wireName()),
                    optional(query, ActivityQuery.CHANNEL, event.channel())),
                key -> new ArrayList<>())
            .add(event);
      }
    }
    List<ActivityRow> rows = new ArrayList<>();
    groups.forEach(
        (key, members) -> {
          Totals totals = totals(members);
          rows.add(
              new ActivityRow(
                  key.windowStartMicros(),
                  key.windowStartMicros() + window,
                  key.eventType(),
                  key.channel(),
                  totals.events(),
                  totals.revenue(),
                  totals.leads()));
        });
    return rows;
  }

  public static Totals summary(List<Event> events, ActivityQuery query) {
    return totals(events.stream().filter(asked(query)).toList());
  }

  public static List<LeadRow> leads(List<Event> events, LeadOrder order) {
    Map<String, List<Event>> byLead = new TreeMap<>(CODE_POINTS);
    events.forEach(
        event -> byLead.computeIfAbsent(event.leadId(), id -> new ArrayList<>()).add(event));
    List<LeadRow> rows = new ArrayList<>();
    byLead.forEach((lead, members) -> rows.add(lead(lead, members)));
    Comparator<LeadRow> by =
        switch (order) {
          case MOST_REVENUE -> Comparator.comparing(LeadRow::revenue).reversed();
          case LEAST_REVENUE -> Comparator.comparing(LeadRow::revenue);
          case MOST_EVENTS -> Comparator.comparing(LeadRow::events).reversed();
          case LAST_SEEN -> Comparator.comparing(LeadRow::lastSeenMicros).reversed();
        };
    rows.sort(by.thenComparing(LeadRow::leadId, CODE_POINTS));
    return rows;
  }

  private static LeadRow lead(String lead, List<Event> events) {
    Map<String, Long> byType = new LinkedHashMap<>();
    for (EventType type : EventType.values()) {
      byType.put(type.wireName(), events.stream().filter(event -> event.type() == type).count());
    }
    return new LeadRow(
        lead,
        events.size(),
        byType,
        totals(events).revenue(),
        events.stream().mapToLong(Event::eventTimeMicros).min().orElseThrow(),
        events.stream().mapToLong(Event::eventTimeMicros).max().orElseThrow());
  }

  private static Totals totals(List<Event> events) {
    return new Totals(
        events.size(),
        events.stream()
            .map(event -> BigDecimal.valueOf(event.amountCents(), 2))
            .reduce(Column.Money.decimal(0, 0), BigDecimal::add),
        events.stream().map(Event::leadId).distinct().count());
  }

  private static Predicate<Event> asked(ActivityQuery query) {
    return event ->
        event.eventTimeMicros() >= query.fromMicros().orElse(Long.MIN_VALUE)
            && event.eventTimeMicros() < query.toMicros().orElse(Long.MAX_VALUE)
            && query.eventTypes().map(types -> types.contains(event.type().wireName())).orElse(true)
            && query.channels().map(channels -> channels.contains(event.channel())).orElse(true);
  }

  private static Optional<String> optional(ActivityQuery query, String field, String value) {
    return query.by().contains(field) ? Optional.of(value) : Optional.empty();
  }
}
