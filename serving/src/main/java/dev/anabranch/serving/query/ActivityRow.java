package dev.anabranch.serving.query;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A window, or a group in it.
 *
 * @param eventType where rows are by type
 * @param channel where rows are by channel
 * @param events 1 or more
 * @param revenue with two decimals
 * @param leads distinct leads, 1 to {@code events}
 */
public record ActivityRow(
    long windowStartMicros,
    long windowEndMicros,
    Optional<String> eventType,
    Optional<String> channel,
    long events,
    BigDecimal revenue,
    long leads) {

  /** The part of a row that a page goes on after. */
  public record Position(
      long windowStartMicros, Optional<String> eventType, Optional<String> channel) {}

  public Position position() {
    return new Position(windowStartMicros, eventType, channel);
  }
}
