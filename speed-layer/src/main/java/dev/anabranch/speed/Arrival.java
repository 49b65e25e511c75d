package dev.anabranch.speed;

import dev.anabranch.lakehouse.event.Verdict;

/**
 * A record of the log and what the validator says of it.
 *
 * @param kafkaTimestamp when it was appended to the log, milliseconds
 * @param value the bytes of a refused record, else null: an event needs them no more
 */
public record Arrival(
    int partition, long offset, long kafkaTimestamp, Verdict verdict, byte[] value) {

  /** Of several copies the first in this order counts: Kafka timestamp, partition, offset. */
  public boolean isBefore(Arrival other) {
    if (kafkaTimestamp != other.kafkaTimestamp) {
      return kafkaTimestamp < other.kafkaTimestamp;
    }
    return partition != other.partition ? partition < other.partition : offset < other.offset;
  }
}
