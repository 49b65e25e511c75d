package dev.anabranch.cli.produce;

/**
 * How busy visitors are by the hour (UTC), as a one-to-one map between the time of day and the
 * progress of a day: in the busiest hour progress runs about six times as fast as in the quietest.
 * Whole numbers only, so that every machine gets the same times.
 */
final class DailyRhythm {

  /** Progress of a microsecond in the mean of a day. */
  static final long PROGRESS_PER_MICRO = 100;

  private static final long HOUR = 3_600_000_000L;
  private static final long DAY = 24 * HOUR;

  /**
   * Per cent of the mean by hour; the sum is 2,400, so a day's progress is the same as its length.
   */
  private static final int[] WEIGHTS = {
    45, 35, 30, 30, 30, 40, 60, 85, 110, 130, 140, 140, 135, 130, 130, 125, 125, 130, 150, 170, 165,
    120, 85, 60
  };

  private DailyRhythm() {}

  /** The progress at a time in microseconds since the epoch. */
  static long progressAt(long micros) {
    long ofDay = Math.floorMod(micros, DAY);
    int hour = (int) (ofDay / HOUR);
    long progress = Math.floorDiv(micros, DAY) * DAY * PROGRESS_PER_MICRO;
    for (int h = 0; h < hour; h++) {
      progress += WEIGHTS[h] * HOUR;
    }
    return progress + WEIGHTS[hour] * (ofDay % HOUR);
  }

  /** The time at a progress: the inverse, rounded down to a microsecond. */
  static long timeAt(long progress) {
    long left = Math.floorMod(progress, DAY * PROGRESS_PER_MICRO);
    long time = Math.floorDiv(progress, DAY * PROGRESS_PER_MICRO) * DAY;
    int hour = 0;
    while (left >= WEIGHTS[hour] * HOUR) {
      left -= WEIGHTS[hour] * HOUR;
      time += HOUR;
      hour++;
    }
    return time + left / WEIGHTS[hour];
  }
}
