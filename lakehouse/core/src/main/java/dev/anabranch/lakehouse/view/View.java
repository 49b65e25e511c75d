package dev.anabranch.lakehouse.view;

import java.util.List;
import java.util.stream.Stream;

/**
 * A view, defined once. The batch aggregation, the tiles of both streams, the merge in serving, the
 * schemas of the tables and the comparison all follow from it.
 *
 * @param name the view's name, in tables and routes
 * @param keys what it groups by; rows are unique by and ordered by them
 * @param measures what it keeps of each group
 */
public record View(String name, List<Key> keys, List<Measure> measures) {
  public View {
    keys = List.copyOf(keys);
    measures = List.copyOf(measures);
    List<String> names =
        Stream.concat(keys.stream().map(Key::name), measures.stream().map(Measure::name)).toList();
    if (keys.isEmpty() || names.stream().distinct().count() != names.size()) {
      throw new IllegalArgumentException(
          "View %s needs keys, and names that differ: %s".formatted(name, names));
    }
  }

  /** The position of a key. */
  public int key(String keyName) {
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).name().equals(keyName)) {
        return i;
      }
    }
    throw new IllegalArgumentException("View " + name + " has no key " + keyName);
  }

  /** The position of a measure. */
  public int measure(String measureName) {
    for (int i = 0; i < measures.size(); i++) {
      if (measures.get(i).name().equals(measureName)) {
        return i;
      }
    }
    throw new IllegalArgumentException("View " + name + " has no measure " + measureName);
  }
}
