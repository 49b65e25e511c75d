package dev.anabranch.lakehouse.event;

import java.util.Locale;
import java.util.Optional;

/** Why a record is refused. The first reason that holds, in this order, is the record's. */
public enum Reason {
  /** The value is over 65,536 bytes. */
  TOO_LARGE,
  /** No value, or not exactly one JSON object in strict RFC 8259 and valid UTF-8. */
  NOT_JSON,
  /** A required field is absent or null. */
  MISSING_FIELD,
  /** A field has another JSON type than it must have. */
  BAD_TYPE,
  /** {@code event_type} is a string, but none of the four. */
  UNKNOWN_EVENT_TYPE,
  /** A field breaks its own rule. */
  BAD_VALUE,
  /** {@code event_time} is more than 5 minutes past the record's Kafka timestamp. */
  IN_THE_FUTURE;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The name in tables, JSON and metrics. */
  public String wireName() {
    return wireName;
  }

  /** The reason of that exact name; empty where there is none. */
  public static Optional<Reason> ofWireName(String name) {
    for (Reason reason : values()) {
      if (reason.wireName.equals(name)) {
        return Optional.of(reason);
      }
    }
    return Optional.empty();
  }
}
