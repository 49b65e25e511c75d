package dev.anabranch.speed;

import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/** A stream from the topic of events into a table, an epoch for each micro-batch. */
public interface EpochStream {

  /** Starts where it stood. */
  StreamingQuery start(Trigger trigger) throws TimeoutException;

  /** Stops behind the epoch that runs, or before the next begins. */
  void stop(StreamingQuery query) throws TimeoutException;
}
