package dev.anabranch.cli.replay;

import java.util.Map;
import java.util.Optional;

/**
 * How a field of ours is filled.
 *
 * @param values theirs to ours; absent where theirs is ours. Every value is listed then or is taken
 *     by the default
 * @param fallback the default, for what is empty or not listed
 */
record FieldMapping(
    Source source, Optional<Map<String, String>> values, Optional<String> fallback) {

  FieldMapping {
    values = values.map(Map::copyOf);
  }

  /** Ours for theirs: empty where theirs is empty, or not listed, and there is no default. */
  Optional<String> ours(String theirs) {
    if (theirs.isEmpty()) {
      return fallback;
    }
    if (values.isEmpty()) {
      return Optional.of(theirs);
    }
    return Optional.ofNullable(values.get().get(theirs)).or(() -> fallback);
  }
}
