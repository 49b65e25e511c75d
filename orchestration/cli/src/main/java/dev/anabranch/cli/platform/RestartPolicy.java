package dev.anabranch.cli.platform;

import java.time.Duration;

/**
 * When a part that ended by itself is started again.
 *
 * @param firstPause pause before the first start after a quick death; doubles with each further one
 * @param longestPause upper bound of the pause
 * @param healthyAfter a process that lived this long did not die quickly, and the count begins anew
 * @param quickDeaths so many quick deaths in a row, and the part is given up
 */
public record RestartPolicy(
    Duration firstPause, Duration longestPause, Duration healthyAfter, int quickDeaths) {

  /** What the platform uses: 1 s doubling to 30 s, reset after 60 s, given up after 5. */
  public static final RestartPolicy DEFAULT =
      new RestartPolicy(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(60), 5);

  public RestartPolicy {
    if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0 || quickDeaths < 1) {
      throw new IllegalArgumentException("Not a restart policy");
    }
  }

  /** The pause after the {@code deaths}-th quick death in a row, from 1. */
  Duration pauseAfter(int deaths) {
    long factor = 1L << Math.min(Math.max(deaths - 1, 0), 30);
    Duration pause = firstPause.multipliedBy(factor);
    return pause.compareTo(longestPause) > 0 ? longestPause : pause;
  }
}
