package dev.anabranch.cli.produce;

import dev.anabranch.lakehouse.event.Event;
import java.time.Duration;
import java.time.Instant;

/** When the events of a stream happen; whole microseconds, never falling. */
interface Timetable {

  /**
   * The time of an event.
   *
   * @param number its place in the stream, from 0
   * @param fraction where in its step it falls, 0 to below 1
   * @return microseconds since the epoch, as in {@link Event#eventTimeMicros}
   */
  long timeOf(long number, double fraction);

  /** So many events a second from a start on, evenly: a stream that keeps pace with a clock. */
  static Timetable even(Instant start, double perSecond) {
    long first = micros(start);
    return (number, fraction) -> first + (long) (number / perSecond * 1e6);
  }

  /** One event a step in the mean of a day, more by day and fewer by night. */
  static Timetable daily(Instant start, Duration step) {
    long begin = DailyRhythm.progressAt(micros(start));
    long length = Math.multiplyExact(micros(step), DailyRhythm.PROGRESS_PER_MICRO);
    return (number, fraction) ->
        DailyRhythm.timeAt(
            Math.addExact(begin, Math.multiplyExact(number, length) + (long) (fraction * length)));
  }

  /** The start, in whole milliseconds, from which so many steps of {@link #daily} end at a time. */
  static Instant startOfDaily(Instant end, long events, Duration step) {
    long length =
        Math.multiplyExact(
            events, Math.multiplyExact(micros(step), DailyRhythm.PROGRESS_PER_MICRO));
    long micros =
        DailyRhythm.timeAt(Math.subtractExact(DailyRhythm.progressAt(micros(end)), length));
    return Instant.ofEpochMilli(Math.floorDiv(micros, 1_000L));
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }

  private static long micros(Duration duration) {
    return Math.addExact(
        Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
  }
}
