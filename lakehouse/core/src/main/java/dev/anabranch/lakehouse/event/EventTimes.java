package dev.anabranch.lakehouse.event;

import java.time.LocalDate;
import java.time.YearMonth;

/** Times of events: RFC 3339 to microseconds since the epoch. */
final class EventTimes {

  /** What {@link #microsOf} answers for what is not a valid time. */
  static final long INVALID = Long.MIN_VALUE;

  /** 2000-01-01T00:00:00Z, the first time that an event may have. */
  static final long EARLIEST_MICROS = 946_684_800_000_000L;

  private static final int OFFSET_LIMIT_MINUTES = 18 * 60;

  private EventTimes() {}

  /**
   * Reads {@code 2026-11-22T10:15:30.123Z}: date and time with seconds, 0 to 9 decimals cut to
   * microseconds, {@code Z} or an offset of up to 18 hours, {@code T} and {@code Z} in either case.
   * No second 60, no hour 24.
   *
   * @return microseconds since 1970-01-01T00:00:00Z, or {@link #INVALID}
   */
  static long microsOf(String text) {
    int length = text.length();
    if (length < 20
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || (text.charAt(10) | 0x20) != 't'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return INVALID;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, 19);
    // A negative number stands for what is not all digits.
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) {
      return INVALID;
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
      return INVALID;
    }
    if (day > 28 && day > YearMonth.of(year, month).lengthOfMonth()) {
      return INVALID;
    }
    int zoneAt = 19;
    long fraction = 0;
    if (text.charAt(19) == '.') {
      zoneAt = 20;
      while (zoneAt < length && isDigit(text.charAt(zoneAt))) {
        zoneAt++;
      }
      int decimals = zoneAt - 20;
      if (decimals < 1 || decimals > 9) {
        return INVALID;
      }
      for (int i = 0; i < 6; i++) {
        fraction = fraction * 10 + (i < decimals ? text.charAt(20 + i) - '0' : 0);
      }
    }
    int offsetMinutes = offsetMinutes(text, zoneAt);
    if (offsetMinutes == Integer.MIN_VALUE) {
      return INVALID;
    }
    long seconds =
        LocalDate.of(year, month, day).toEpochDay() * 86_400L
            + (hour * 60L + minute - offsetMinutes) * 60L
            + second;
    return seconds * 1_000_000L + fraction;
  }

  /** The offset that the text ends with, or the smallest int where it is none. */
  private static int offsetMinutes(String text, int at) {
    int left = text.length() - at;
    if (left == 1 && (text.charAt(at) | 0x20) == 'z') {
      return 0;
    }
    if (left != 6 || text.charAt(at + 3) != ':') {
      return Integer.MIN_VALUE;
    }
    char sign = text.charAt(at);
    int hours = digits(text, at + 1, at + 3);
    int minutes = digits(text, at + 4, at + 6);
    int total = hours * 60 + minutes;
    if ((sign != '+' && sign != '-')
        || hours < 0
        || minutes < 0
        || minutes > 59
        || total > OFFSET_LIMIT_MINUTES) {
      return Integer.MIN_VALUE;
    }
    return sign == '+' ? total : -total;
  }

  /**
   * The number that these ASCII digits make, or a negative number where they are not all digits.
   */
  private static int digits(String text, int from, int until) {
    int number = 0;
    for (int i = from; i < until; i++) {
      char c = text.charAt(i);
      if (!isDigit(c)) {
        return -1;
      }
      number = number * 10 + (c - '0');
    }
    return number;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
