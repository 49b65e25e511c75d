package dev.anabranch.lakehouse.lake;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * One line of the registry's audit.
 *
 * @param number the order of changes, from 1
 * @param version the model that it is about
 * @param by who asked for it
 * @param reason in words; may be empty
 */
public record ModelChange(
    long number, Kind kind, long version, Instant at, String by, String reason) {

  /** What happened to the model. */
  public enum Kind {
    REGISTERED,
    PROMOTED,
    ROLLED_BACK_TO;

    /** The name in tables and JSON. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind ofWireName(String name) {
      return Arrays.stream(values())
          .filter(kind -> kind.wireName().equals(name))
          .findAny()
          .orElseThrow(() -> new IllegalArgumentException("No change of a model: " + name));
    }
  }
}
