package dev.anabranch.serving.state;

import java.util.Locale;
import java.util.Optional;

/** Which way an answer takes through the platform. */
public enum Architecture {
  /** Batch view, and every speed epoch past its boundary. */
  LAMBDA,
  /** The batch view of the published run. */
  BATCH,
  /** What lambda adds to batch. */
  SPEED,
  /** The active generation of the Kappa stream. */
  KAPPA;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The architecture of that exact name; empty where there is none. */
  public static Optional<Architecture> ofWireName(String name) {
    for (Architecture architecture : values()) {
      if (architecture.wireName().equals(name)) {
        return Optional.of(architecture);
      }
    }
    return Optional.empty();
  }
}
