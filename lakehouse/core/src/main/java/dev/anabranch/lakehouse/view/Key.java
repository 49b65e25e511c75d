package dev.anabranch.lakehouse.view;

/** What a view groups by. Rows of a view are ordered by its keys, in their order. */
public sealed interface Key {
  /** The column's name, in tables and in answers alike. */
  String name();

  /**
   * The minute that holds the event's time; its start, in microseconds since 1970-01-01T00:00:00Z.
   */
  record Minute(String name) implements Key {
    public static final long MICROS = 60_000_000L;

    public static long floor(long micros) {
      return Math.floorDiv(micros, MICROS) * MICROS;
    }
  }

  /** A text field; ordered by code point. */
  record Text(String name, EventField.Text field) implements Key {
    public static Text of(EventField.Text field) {
      return new Text(field.column(), field);
    }
  }
}
