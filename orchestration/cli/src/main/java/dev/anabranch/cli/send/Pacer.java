package dev.anabranch.cli.send;

/**
 * When the events of a stream are due: the n-th (from 0) so many seconds after the first as the
 * rate says. Whoever falls behind catches up. Times are those of {@link System#nanoTime}.
 */
public final class Pacer {

  private final double nanosApart;
  private final long firstDue;
  private long events;

  private Pacer(double nanosApart, long firstDue) {
    this.nanosApart = nanosApart;
    this.firstDue = firstDue;
  }

  /** Everything is due at once. */
  public static Pacer fullSpeed() {
    return new Pacer(0, System.nanoTime());
  }

  /** So many events a second, the first one now. */
  public static Pacer ofRate(double perSecond) {
    if (!(perSecond > 0) || Double.isInfinite(perSecond)) {
      throw new IllegalArgumentException("A rate of " + perSecond + "; it must be above 0");
    }
    return new Pacer(1e9 / perSecond, System.nanoTime());
  }

  /** Nanoseconds until the next event is due; 0 or less when it is. */
  long untilDue() {
    return nanosApart == 0 ? 0 : firstDue + (long) (events * nanosApart) - System.nanoTime();
  }

  /** So many events were sent, or are left out. */
  void passed(long more) {
    events += more;
  }
}
