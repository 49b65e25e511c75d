package dev.anabranch.cli.send;

/** Hears of records that the broker has, in the order of sending, in the sender's thread. */
@FunctionalInterface
public interface SentListener {

  /** The broker acknowledged a record. */
  void sent(Outgoing record, int partition, long offset);

  /** The sender has nothing to do for some milliseconds. */
  default void idle() {}
}
