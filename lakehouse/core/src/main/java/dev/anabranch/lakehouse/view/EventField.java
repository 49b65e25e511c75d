package dev.anabranch.lakehouse.view;

import dev.anabranch.lakehouse.event.Event;

/**
 * The fields of an event that a view may group by or measure; columns are those of {@code
 * master/events}.
 */
public final class EventField {
  private EventField() {}

  /** A field with text values. */
  public enum Text {
    EVENT_TYPE("event_type"),
    CHANNEL("channel"),
    LEAD_ID("lead_id");

    private final String column;

    Text(String column) {
      this.column = column;
    }

    public String column() {
      return column;
    }

    public String of(Event event) {
      return switch (this) {
        case EVENT_TYPE -> event.type().wireName();
        case CHANNEL -> event.channel();
        case LEAD_ID -> event.leadId();
      };
    }
  }

  /** A field with 64-bit values: an instant in microseconds since the epoch, or money in cents. */
  public enum Value {
    EVENT_TIME("event_time"),
    AMOUNT("amount");

    private final String column;

    Value(String column) {
      this.column = column;
    }

    public String column() {
      return column;
    }

    public long of(Event event) {
      return switch (this) {
        case EVENT_TIME -> event.eventTimeMicros();
        case AMOUNT -> event.amountCents();
      };
    }
  }
}
