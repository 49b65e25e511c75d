package dev.anabranch.cli.send;

/** Hears of records that the broker has, in the order of sending, in the sender's thread. */
@FunctionalInterface
public interface SentListener {

  /** The broker acknowledged a record. */
  void sent(Outgoing record, int partition, long offset);

  /**
   * Where and when the broker appended a record; called before {@link #sent} for the same one.
   *
   * @param kafkaMillis the record's Kafka timestamp, milliseconds since the epoch
   */
  default void appended(int partition, long offset, long kafkaMillis) {}

  /** The sender has nothing to do for some milliseconds. */
  default void idle() {}
}
