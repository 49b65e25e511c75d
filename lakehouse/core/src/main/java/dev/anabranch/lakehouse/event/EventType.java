package dev.anabranch.lakehouse.event;

import java.util.Optional;

/** What a visitor did. */
public enum EventType {
  WEB_VISIT("web_visit"),
  FORM_SUBMISSION("form_submission"),
  EMAIL_CLICK("email_click"),
  PURCHASE("purchase");

  private final String wireName;

  EventType(String wireName) {
    this.wireName = wireName;
  }

  /** The name in events, tables, JSON and metrics. */
  public String wireName() {
    return wireName;
  }

  /** The type of that exact name; empty where there is none. */
  public static Optional<EventType> ofWireName(String name) {
    return switch (name) {
      case "web_visit" -> Optional.of(WEB_VISIT);
      case "form_submission" -> Optional.of(FORM_SUBMISSION);
      case "email_click" -> Optional.of(EMAIL_CLICK);
      case "purchase" -> Optional.of(PURCHASE);
      default -> Optional.empty();
    };
  }
}
