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
 * that is in order within each partition.
 *
 * <p>A partition that has brought no event for a while (of the log's time, so that a second reading
 * decides alike) does not hold it back, be it silent or full of refused records. One that has not
 * been read as far as the others does, whatever it brought: its events may be yet to come. It can
 * be told from a silent one, since an epoch takes records of every partition that has any left.
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
    OptionalLong newest = last.newestAcceptedTimes().values().stream().mapToLong(t -> t).max();
    if (newest.isEmpty()) {
      return OptionalLong.empty();
    }
    long alive = newest.getAsLong() - idleMillis;
    long slowest = Long.MAX_VALUE;
    for (Map.Entry<Integer, Long> partition : last.newestAcceptedTimes().entrySet()) {
      if (partition.getValue() < alive && !isBehind(last, partition.getKey(), alive)) {
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

  /** Whether a partition still brings records, and they are older than those of the others. */
  private static boolean isBehind(EpochHeader last, int partition, long alive) {
    boolean silent = last.until().at(partition) == last.from().at(partition);
    Long readTo = last.newestKafkaTimes().get(partition);
    return !silent && readTo != null && readTo < alive;
  }

  /**
   * By partition the Kafka time of its newest event, milliseconds; a partition without any counts
   * as alive when the first events of the log came, so that it holds the watermark back for as long
   * as a silent one does and no longer.
   */
  static SortedMap<Integer, Long> acceptedTimes(
      EpochHeader last, Set<Integer> partitions, Map<Integer, Long> ofEpoch) {
    TreeMap<Integer, Long> times = new TreeMap<>(last.newestAcceptedTimes());
    ofEpoch.forEach((partition, time) -> times.merge(partition, time, Math::max));
    ofEpoch.values().stream()
        .min(Long::compare)
        .ifPresent(first -> partitions.forEach(partition -> times.putIfAbsent(partition, first)));
    return times;
  }
}
