package dev.anabranch.lakehouse.anomaly;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** Which minutes of history a baseline was learnt from, from the narrowest to the widest. */
public enum Pool {
  /** Those of the same type and channel in the same hour of the week. */
  HOUR_OF_WEEK("hour_of_week"),
  /** Those of the same type and channel in the same hour of the day. */
  HOUR_OF_DAY("hour_of_day"),
  /** All of the same type and channel. */
  TYPE_AND_CHANNEL("type_and_channel"),
  /** All of the same type, of each channel by itself. */
  EVENT_TYPE("event_type");

  /** From the narrowest to the widest. */
  public static final List<Pool> ALL = List.of(values());

  private static final long HOURS_OF_A_DAY = 24;
  private static final long HOURS_OF_A_WEEK = 168;

  /** 1970-01-01 was a Thursday. */
  private static final long HOURS_FROM_MONDAY = 72;

  private static final long HOUR_MICROS = 3_600_000_000L;

  private final String wireName;

  Pool(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  public static Pool ofWireName(String name) {
    return Arrays.stream(values())
        .filter(pool -> pool.wireName.equals(name))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("No pool is called " + name));
  }

  /**
   * The hour, in UTC, that a minute falls in: of the week, 0 on Mondays from 00:00, or of the day;
   * empty for pools that know no hours.
   *
   * @param micros since 1970-01-01T00:00:00Z
   */
  public OptionalInt hour(long micros) {
    long hour = Math.floorDiv(micros, HOUR_MICROS);
    return switch (this) {
      case HOUR_OF_WEEK ->
          OptionalInt.of((int) Math.floorMod(hour + HOURS_FROM_MONDAY, HOURS_OF_A_WEEK));
      case HOUR_OF_DAY -> OptionalInt.of((int) Math.floorMod(hour, HOURS_OF_A_DAY));
      case TYPE_AND_CHANNEL, EVENT_TYPE -> OptionalInt.empty();
    };
  }
}
