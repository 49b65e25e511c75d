package dev.anabranch.cli.platform;

import java.time.Instant;
import java.util.Objects;

/**
 * A part at one moment.
 *
 * @param name the part's name
 * @param pid process id of the process that lives, 0 where there is none
 * @param state where it stands
 * @param restarts how often it was started again since the platform came up
 * @param since when it came into this state
 * @param detail why it is in this state, empty where there is nothing to say
 */
public record PartStatus(
    String name, long pid, PartState state, int restarts, Instant since, String detail) {

  public PartStatus {
    Objects.requireNonNull(name);
    Objects.requireNonNull(state);
    Objects.requireNonNull(since);
    Objects.requireNonNull(detail);
    if (restarts < 0 || pid < 0) {
      throw new IllegalArgumentException("restarts is " + restarts + ", pid is " + pid);
    }
  }

  /** A part before its first start. */
  static PartStatus before(String name, Instant now) {
    return new PartStatus(name, 0, PartState.STARTING, 0, now, "");
  }

  private static final String LEFT_OUT = "was left out by --without ";

  /** A part that is not to run. */
  static PartStatus leftOut(String name, Instant now) {
    return new PartStatus(name, 0, PartState.STOPPED, 0, now, LEFT_OUT + name);
  }

  /** Whether it is not to run. */
  boolean isLeftOut() {
    return state == PartState.STOPPED && detail.startsWith(LEFT_OUT);
  }

  /** Whether it runs, or is not to run. */
  public boolean isAsWanted() {
    return state == PartState.RUNNING || isLeftOut();
  }

  /** The same part in another state from {@code now} on, without a process. */
  PartStatus in(PartState next, Instant now, String why) {
    return new PartStatus(name, 0, next, restarts, now, why);
  }

  /** The same part with a process that lives. */
  PartStatus withPid(long live) {
    return new PartStatus(name, live, state, restarts, since, detail);
  }

  /** The same part, started once more. */
  PartStatus restartedOnceMore() {
    return new PartStatus(name, pid, state, restarts + 1, since, detail);
  }
}
