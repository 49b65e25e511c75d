package dev.anabranch.cli.replay;

import java.util.Locale;

/** A field of ours that a mapping fills, in the contract's order. */
enum Target {
  EVENT_ID,
  LEAD_ID,
  EVENT_TYPE,
  CHANNEL,
  PAGE,
  AMOUNT,
  EVENT_TIME;

  /** The name in a mapping and in an event. */
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether every event must have it. */
  boolean required() {
    return switch (this) {
      case EVENT_ID, LEAD_ID, EVENT_TYPE, EVENT_TIME -> true;
      case CHANNEL, PAGE, AMOUNT -> false;
    };
  }
}
