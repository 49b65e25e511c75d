package dev.anabranch.cli.platform;

import java.time.Duration;
import java.util.Locale;

/** Durations for people. */
public final class Durations {

  private Durations() {}

  /** Seconds with one decimal below 10, whole ones below two minutes, then minutes. */
  public static String text(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return seconds < 120 ? Math.round(seconds) + " s" : Math.round(seconds / 60) + " min";
  }
}
