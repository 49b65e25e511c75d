package dev.anabranch.lakehouse.lake;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A position in the log: an offset a partition, exclusive; a partition that is not named stands at
 * 0.
 */
public record Offsets(SortedMap<Integer, Long> byPartition) {
  public static final Offsets NONE = new Offsets(new TreeMap<>());

  public Offsets {
    byPartition = Collections.unmodifiableSortedMap(new TreeMap<>(byPartition));
  }

  public static Offsets of(Map<Integer, Long> byPartition) {
    return new Offsets(new TreeMap<>(byPartition));
  }

  public long at(int partition) {
    return byPartition.getOrDefault(partition, 0L);
  }

  /** True where the record at this offset lies below the position. */
  public boolean covers(int partition, long offset) {
    return offset < at(partition);
  }

  /** True where this position is at or past the other in every partition. */
  public boolean reaches(Offsets other) {
    return other.byPartition.entrySet().stream().allMatch(e -> at(e.getKey()) >= e.getValue());
  }

  /**
   * How many offsets lie from the other position to this one: at most so many records, fewer where
   * transactions ended or the topic was compacted.
   */
  public long since(Offsets other) {
    return byPartition.entrySet().stream()
        .mapToLong(e -> e.getValue() - other.at(e.getKey()))
        .sum();
  }
}
