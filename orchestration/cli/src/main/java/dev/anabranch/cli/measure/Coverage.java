package dev.anabranch.cli.measure;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Joins two streams: which records there are, and up to which offsets an answer held them at which
 * moment. Either may be ahead of the other. The records of a partition are told in the order of
 * their offsets. Thread-safe.
 */
final class Coverage {

  /**
   * Answers kept for records that are told later; at three epochs a second half an hour of them.
   */
  private static final int MOST_SEEN = 5_000;

  private record Waiting(long offset, long kafkaMillis) {}

  private record Seen(long untilOffset, long millis) {}

  /** What is known of one partition. */
  private static final class Partition {
    final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    final ArrayDeque<Seen> seen = new ArrayDeque<>();
  }

  private final Map<Integer, Partition> partitions = new HashMap<>();
  private final Latencies latencies = new Latencies();

  /** The log has a record. */
  synchronized void record(int partition, long offset, long kafkaMillis) {
    Partition one = partition(partition);
    one.waiting.add(new Waiting(offset, kafkaMillis));
    match(one);
  }

  /**
   * An answer held everything below some offsets.
   *
   * @param untilOffsets by partition, exclusive
   * @param millis when the answer arrived, milliseconds since the epoch
   */
  synchronized void covered(Map<Integer, Long> untilOffsets, long millis) {
    untilOffsets.forEach(
        (partition, until) -> {
          Partition one = partition(partition);
          if (one.seen.isEmpty() || one.seen.getLast().untilOffset() < until) {
            one.seen.add(new Seen(until, millis));
            match(one);
            if (one.seen.size() > MOST_SEEN) {
              one.seen.removeFirst();
            }
          }
        });
  }

  /** Records that no answer held yet. */
  synchronized long waiting() {
    return partitions.values().stream().mapToLong(one -> one.waiting.size()).sum();
  }

  synchronized Freshness freshness() {
    return new Freshness(latencies.total(), latencies.percentile(0.5), latencies.percentile(0.99));
  }

  private Partition partition(int number) {
    return partitions.computeIfAbsent(number, n -> new Partition());
  }

  private void match(Partition one) {
    while (!one.waiting.isEmpty() && !one.seen.isEmpty()) {
      Waiting record = one.waiting.getFirst();
      if (one.seen.getFirst().untilOffset() > record.offset()) {
        latencies.add(one.seen.getFirst().millis() - record.kafkaMillis());
        one.waiting.removeFirst();
      } else if (one.seen.size() > 1) {
        // No later record of the partition is below it; the last one stays as what is covered.
        one.seen.removeFirst();
      } else {
        return;
      }
    }
  }
}
