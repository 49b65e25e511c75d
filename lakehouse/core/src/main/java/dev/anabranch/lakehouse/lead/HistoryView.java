package dev.anabranch.lakehouse.lead;

import dev.anabranch.lakehouse.event.EventType;
import java.util.Map;

/**
 * A history as of its last event, in the terms that features are made of. Times are in minutes;
 * revenue is added up in cents and becomes a number for a model only here.
 */
public final class HistoryView {
  /** Where there was none: as if it were a month ago. */
  private static final double NEVER_MINUTES = 30 * 24 * 60;

  private static final int SESSION_GAP_MINUTES = 30;

  private final LeadHistory history;
  private final long micros;
  private final long minute;

  HistoryView(LeadHistory history, long micros) {
    this.history = history;
    this.micros = micros;
    this.minute = Math.floorDiv(micros, LeadHistory.MINUTE_MICROS);
  }

  /** Events of a type in the newest minutes, this one counted in. */
  double events(EventType type, long windowMinutes) {
    long sum = 0;
    for (LeadHistory.Minute there :
        history.minutes.tailMap(minute - windowMinutes, false).values()) {
      sum += there.events[LeadHistory.TYPES.indexOf(type)];
    }
    return sum;
  }

  double events(EventType type) {
    return history.events[LeadHistory.TYPES.indexOf(type)];
  }

  /** Units of the currency in the newest minutes. */
  double revenue(long windowMinutes) {
    long sum = 0;
    for (LeadHistory.Minute there :
        history.minutes.tailMap(minute - windowMinutes, false).values()) {
      sum += there.cents;
    }
    return sum / 100.0;
  }

  double revenue() {
    return history.cents / 100.0;
  }

  double minutesSinceFirst() {
    return minutesUntilNow(history.firstMicros);
  }

  double minutesSince(EventType type) {
    long newest = history.newestMicros[LeadHistory.TYPES.indexOf(type)];
    return newest == Long.MIN_VALUE ? NEVER_MINUTES : minutesUntilNow(newest);
  }

  private double minutesUntilNow(long since) {
    return Math.max(0, (micros - since) / (double) LeadHistory.MINUTE_MICROS);
  }

  double pages() {
    return history.pages.size();
  }

  double channels() {
    return history.channels.size();
  }

  /** Stretches of the newest week without a gap of half an hour. */
  double sessions() {
    long sessions = 0;
    long before = Long.MIN_VALUE / 2;
    for (long there : history.minutes.keySet()) {
      if (there - before > SESSION_GAP_MINUTES) {
        sessions++;
      }
      before = there;
    }
    return sessions;
  }

  /** Events of the stretch that goes on now. */
  double sessionEvents() {
    long sum = 0;
    for (LeadHistory.Minute there : history.minutes.tailMap(sessionStart(), true).values()) {
      for (long events : there.events) {
        sum += events;
      }
    }
    return sum;
  }

  /** How long that stretch has been going on. */
  double sessionMinutes() {
    return minute - sessionStart();
  }

  private long sessionStart() {
    long start = minute;
    for (Map.Entry<Long, LeadHistory.Minute> there : history.minutes.descendingMap().entrySet()) {
      if (start - there.getKey() > SESSION_GAP_MINUTES) {
        break;
      }
      start = there.getKey();
    }
    return start;
  }
}
