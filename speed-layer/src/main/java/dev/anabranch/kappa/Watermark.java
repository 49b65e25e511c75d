package dev.anabranch.kappa;

import dev.anabranch.lakehouse.lake.EpochHeader;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The watermark, followed partition by partition: it trails the newest event time of the partition
 * that is furthest behind. Spark's own watermark trails the newest event of all, so that a
 * partition that is read a little later than another loses its events; this one loses none of a log
 * that is in order within each partition. A partition that has been silent for a while (of the
 * log's time, so that a second reading decides alike) does not hold it back.
 */
final class Watermark {
  private final long delayMicros;
  private final long idleMillis;

  Watermark(Duration delay, Duration idleAfter) {
    this.delayMicros = delay.toNanos() / 1000;
    this.idleMillis = idleAfter.toMillis();
  }

  /**
   * The watermark of the epoch after this one, in microseconds: events before it are late. Depends
   * on committed epochs only, so an epoch that is done again sees the same. It never goes back.
   */
  OptionalLong after(EpochHeader last) {
    OptionalLong base = base(last);
    if (base.isEmpty()) {
      return last.watermark();
    }
    long watermark = base.getAsLong() - delayMicros;
    return OptionalLong.of(Math.max(watermark, last.watermark().orElse(Long.MIN_VALUE)));
  }

  private OptionalLong base(EpochHeader last) {
    Map<Integer, Long> kafkaTimes = last.newestKafkaTimes();
    OptionalLong newest = kafkaTimes.values().stream().mapToLong(t -> t).max();
    if (newest.isEmpty()) {
      return OptionalLong.empty();
    }
    long alive = newest.getAsLong() - idleMillis;
    long slowest = Long.MAX_VALUE;
    for (Map.Entry<Integer, Long> partition : kafkaTimes.entrySet()) {
      if (partition.getValue() < alive) {
        continue;
      }
      Long eventTime = last.newestEventTimes().get(partition.getKey());
      if (eventTime == null) {
        return OptionalLong.empty();
      }
      slowest = Math.min(slowest, eventTime);
    }
    return OptionalLong.of(slowest);
  }

  /**
   * By partition the Kafka time of its newest record, milliseconds; a partition without any record
   * counts as alive when the first records of the log came, so that it holds the watermark back for
   * as long as a silent one does and no longer.
   */
  static SortedMap<Integer, Long> kafkaTimes(
      EpochHeader last, Set<Integer> partitions, Map<Integer, Long> ofEpoch) {
    TreeMap<Integer, Long> times = new TreeMap<>(last.newestKafkaTimes());
    ofEpoch.forEach((partition, time) -> times.merge(partition, time, Math::max));
    ofEpoch.values().stream()
        .min(Long::compare)
        .ifPresent(first -> partitions.forEach(partition -> times.putIfAbsent(partition, first)));
    return times;
  }
}
