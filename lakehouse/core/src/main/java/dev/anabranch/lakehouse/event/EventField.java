package dev.anabranch.lakehouse.event;

import java.util.Optional;

/** The fields of an event's JSON, in the contract's order. */
enum EventField {
  EVENT_ID("event_id", true),
  LEAD_ID("lead_id", true),
  EVENT_TYPE("event_type", true),
  CHANNEL("channel", false),
  PAGE("page", false),
  /** Required of purchases, ignored elsewhere. */
  AMOUNT("amount", false),
  EVENT_TIME("event_time", true);

  private final String wireName;
  private final boolean required;

  EventField(String wireName, boolean required) {
    this.wireName = wireName;
    this.required = required;
  }

  String wireName() {
    return wireName;
  }

  /** Whether every event must have it. */
  boolean required() {
    return required;
  }

  /** The field of that name; empty where the platform ignores it. */
  static Optional<EventField> ofWireName(String name) {
    return switch (name) {
      case "event_id" -> Optional.of(EVENT_ID);
      case "lead_id" -> Optional.of(LEAD_ID);
      case "event_type" -> Optional.of(EVENT_TYPE);
      case "channel" -> Optional.of(CHANNEL);
      case "page" -> Optional.of(PAGE);
      case "amount" -> Optional.of(AMOUNT);
      case "event_time" -> Optional.of(EVENT_TIME);
      default -> Optional.empty();
    };
  }
}
