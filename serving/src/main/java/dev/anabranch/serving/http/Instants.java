package dev.anabranch.serving.http;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/**
 * Writes instants as RFC 3339 in UTC, {@code 2026-11-22T10:15:30.123Z}, with as many of 0, 3 or 6
 * decimals as they need. Remembers the last day: rows of a page mostly share it. Not for use by
 * several threads.
 */
final class Instants {
  private static final long MICROS_OF_A_SECOND = 1_000_000;
  private static final long MICROS_OF_A_DAY = 86_400 * MICROS_OF_A_SECOND;

  private long day = Long.MIN_VALUE;
  private String date = "";

  /**
   * The text of one instant.
   *
   * @param micros since 1970-01-01T00:00:00Z, in the years 0 to 9999
   */
  String text(long micros) {
    long newDay = Math.floorDiv(micros, MICROS_OF_A_DAY);
    if (newDay != day) {
      day = newDay;
      date = LocalDate.ofEpochDay(newDay).toString();
    }
    long ofDay = Math.floorMod(micros, MICROS_OF_A_DAY);
    int second = (int) (ofDay / MICROS_OF_A_SECOND);
    int fraction = (int) (ofDay % MICROS_OF_A_SECOND);
    StringBuilder text = new StringBuilder(27).append(date);
    two(text.append('T'), second / 3600);
    two(text.append(':'), second / 60 % 60);
    two(text.append(':'), second % 60);
    if (fraction != 0) {
      three(text.append('.'), fraction / 1000);
      if (fraction % 1000 != 0) {
        three(text, fraction % 1000);
      }
    }
    return text.append('Z').toString();
  }

  /** The text of one instant on its own. */
  static String text(Instant instant) {
    return new Instants().text(ChronoUnit.MICROS.between(Instant.EPOCH, instant));
  }

  private static void two(StringBuilder text, int number) {
    text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  private static void three(StringBuilder text, int number) {
    text.append((char) ('0' + number / 100));
    two(text, number % 100);
  }
}
