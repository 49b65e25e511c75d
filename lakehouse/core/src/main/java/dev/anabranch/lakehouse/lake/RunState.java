package dev.anabranch.lakehouse.lake;

import java.util.Locale;

/** Where a run stands. */
public enum RunState {
  RUNNING,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static RunState ofWireName(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
