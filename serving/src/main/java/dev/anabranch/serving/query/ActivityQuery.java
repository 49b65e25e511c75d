package dev.anabranch.serving.query;

import dev.anabranch.lakehouse.view.Key;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A question to the view {@code activity}.
 *
 * @param fromMicros events from this whole minute on
 * @param toMicros events before this whole minute; past {@code fromMicros}
 * @param windowMinutes 1 to 1440; windows are aligned to 1970-01-01T00:00:00Z
 * @param slideMinutes a divisor of the window; the window itself where windows do not overlap
 * @param by any of {@link #EVENT_TYPE} and {@link #CHANNEL}
 * @param eventTypes only these; empty: all
 * @param channels only these; empty: all
 */
public record ActivityQuery(
    OptionalLong fromMicros,
    OptionalLong toMicros,
    long windowMinutes,
    long slideMinutes,
    Set<String> by,
    Optional<Set<String>> eventTypes,
    Optional<Set<String>> channels) {
  public static final String EVENT_TYPE = "event_type";
  public static final String CHANNEL = "channel";
  public static final long MAX_WINDOW_MINUTES = 1440;

  private static final Set<String> FIELDS = Set.of(EVENT_TYPE, CHANNEL);

  public ActivityQuery {
    by = Set.copyOf(by);
    eventTypes = eventTypes.map(Set::copyOf);
    channels = channels.map(Set::copyOf);
    if (fromMicros.orElse(0) % Key.Minute.MICROS != 0
        || toMicros.orElse(0) % Key.Minute.MICROS != 0) {
      throw new IllegalArgumentException("Not whole minutes: " + fromMicros + ", " + toMicros);
    }
    if (fromMicros.isPresent()
        && toMicros.isPresent()
        && fromMicros.getAsLong() >= toMicros.getAsLong()) {
      throw new IllegalArgumentException("From " + fromMicros + " to " + toMicros);
    }
    if (windowMinutes < 1
        || windowMinutes > MAX_WINDOW_MINUTES
        || slideMinutes < 1
        || windowMinutes % slideMinutes != 0) {
      throw new IllegalArgumentException(
          "Window of %d minutes, slide of %d".formatted(windowMinutes, slideMinutes));
    }
    if (!FIELDS.containsAll(by)) {
      throw new IllegalArgumentException("By " + by);
    }
  }

  /** Whether rows are those of the view itself, which is where batch counts leads exactly. */
  public boolean minutesByBoth() {
    return windowMinutes == 1 && by.size() == FIELDS.size();
  }
}
