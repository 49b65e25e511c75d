package dev.anabranch.serving.query;

import dev.anabranch.serving.index.ActivityIndex;
import dev.anabranch.serving.index.Grouping;
import dev.anabranch.serving.index.Rolled;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The events that a question asks for, in the groups that it asks for, over any time. */
final class Groups {
  private final ActivityIndex index;
  private final long from;
  private final long to;
  private final Grouping grouping;

  /** Also by the fields of the filters, so that rows can be told by them. */
  private final Grouping finer;

  private final Optional<Set<String>> eventTypes;
  private final Optional<Set<String>> channels;

  Groups(ActivityIndex index, ActivityQuery query, Grouping grouping) {
    this.index = index;
    this.from = query.fromMicros().orElse(ActivityIndex.BEGINNING);
    this.to = query.toMicros().orElse(ActivityIndex.NEVER);
    this.grouping = grouping;
    this.eventTypes = query.eventTypes();
    this.channels = query.channels();
    Set<String> fields = new HashSet<>(grouping.fields());
    eventTypes.ifPresent(types -> fields.add(ActivityQuery.EVENT_TYPE));
    channels.ifPresent(names -> fields.add(ActivityQuery.CHANNEL));
    this.finer = Grouping.of(fields);
  }

  Grouping grouping() {
    return grouping;
  }

  /** The first minute from an instant on that may hold such events, or NEVER. */
  long nextMinute(long fromMicros) {
    long minute = index.nextMinute(Math.max(from, fromMicros));
    return minute >= to ? ActivityIndex.NEVER : minute;
  }

  /** The groups of the events from one whole minute to another that the question does not cut. */
  Rolled over(long fromMicros, long toMicros) {
    long begin = Math.max(from, fromMicros);
    long end = Math.min(to, toMicros);
    if (begin >= end) {
      return Rolled.empty(grouping);
    }
    Rolled rows = index.over(begin, end, finer);
    if (eventTypes.isPresent()) {
      rows = rows.where(ActivityQuery.EVENT_TYPE, eventTypes.get());
    }
    if (channels.isPresent()) {
      rows = rows.where(ActivityQuery.CHANNEL, channels.get());
    }
    return rows.by(grouping);
  }
}
