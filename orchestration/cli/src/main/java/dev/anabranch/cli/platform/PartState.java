package dev.anabranch.cli.platform;

import java.util.Locale;

/** Where a part stands in its life. */
public enum PartState {
  /** Its process starts, or it waits for a part that it needs. */
  STARTING,
  /** It has said READY. */
  RUNNING,
  /** It ended by itself and waits for its next start, or is in it. */
  RESTARTING,
  /** It ended too often in a row; the launcher leaves it. */
  FAILED,
  /** The launcher has stopped it. */
  STOPPED;

  /** The name that users see. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads {@link #text()}.
   *
   * @throws IllegalArgumentException there is no such state
   */
  public static PartState parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
