package dev.anabranch.batch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** When runs start by themselves: one period after the start, and every period from then on. */
final class Schedule {
  private final Duration period;
  private final Clock clock;
  private Instant next;

  Schedule(Duration period, Clock clock) {
    this.period = period;
    this.clock = clock;
    this.next = clock.instant().plus(period);
  }

  /** True once a period; periods that passed unnoticed count as one. */
  boolean isDue() {
    Instant now = clock.instant();
    if (now.isBefore(next)) {
      return false;
    }
    next = now.plus(period);
    return true;
  }
}
