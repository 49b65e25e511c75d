package dev.anabranch.cli.send;

import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.failure.CommandFailure;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Sends records in their order, paced, and tells a listener of each that the broker has, in that
 * order. One thread sends; any thread may {@link #stop}.
 */
public final class EventSender implements AutoCloseable {

  private static final int MAX_UNSETTLED = 20_000;
  private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private record Unsettled(Outgoing record, Future<RecordMetadata> reply) {}

  private final Producer<String, byte[]> producer;
  private final String topic;
  private final ArrayDeque<Unsettled> unsettled = new ArrayDeque<>();
  private volatile boolean stopped;

  /** Sends by a producer of the caller's, which is closed with this sender. */
  EventSender(Producer<String, byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  /**
   * Connects to a platform.
   *
   * @throws CommandFailure exit code 3 where it does not answer
   */
  public static EventSender connect(PlatformAddress address, boolean paced) {
    Kafka.requireTopic(address);
    return new EventSender(Kafka.producer(address, paced), address.topic());
  }

  /**
   * Sends until there are no more records or {@link #stop} is called, and returns when the broker
   * has all that were sent.
   *
   * @throws CommandFailure exit code 1 where a record could not be sent; the listener has heard of
   *     all that were
   */
  public void send(Iterator<Outgoing> records, Pacer pacer, SentListener listener) {
    try {
      sendAll(records, pacer, listener);
    } catch (RuntimeException e) {
      // What did reach the broker belongs in the ledger, whatever went wrong.
      tellOfTheRest(listener);
      throw e;
    }
    producer.flush();
    settle(0, listener);
  }

  private void sendAll(Iterator<Outgoing> records, Pacer pacer, SentListener listener) {
    while (!stopped && records.hasNext()) {
      Outgoing next = records.next();
      if (next.steps() > 0) {
        pacer.passed(next.steps() - 1L);
        if (!awaitDue(pacer, listener)) {
          break;
        }
        pacer.passed(1);
      }
      send(next, listener);
      settle(MAX_UNSETTLED, listener);
    }
  }

  /** Makes {@link #send} end soon, with all that it sent acknowledged. */
  public void stop() {
    stopped = true;
  }

  @Override
  public void close() {
    producer.close();
  }

  /** Waits for the next event's time; false when told to stop instead. */
  private boolean awaitDue(Pacer pacer, SentListener listener) {
    for (long left = pacer.untilDue(); left > 0; left = pacer.untilDue()) {
      if (stopped) {
        return false;
      }
      settle(MAX_UNSETTLED, listener);
      listener.idle();
      LockSupport.parkNanos(Math.min(left, LONGEST_NAP_NANOS));
    }
    return !stopped;
  }

  private void send(Outgoing record, SentListener listener) {
    try {
      Future<RecordMetadata> reply =
          producer.send(new ProducerRecord<>(topic, record.key(), record.value().orElse(null)));
      unsettled.add(new Unsettled(record, reply));
    } catch (KafkaException e) {
      throw giveUp(record, e, listener);
    }
  }

  /** Tells of acknowledged records from the front; waits only while there are more than a limit. */
  private void settle(int limit, SentListener listener) {
    while (!unsettled.isEmpty()
        && (unsettled.size() > limit || unsettled.element().reply().isDone())) {
      Unsettled first = unsettled.remove();
      try {
        tell(first, listener);
      } catch (ExecutionException e) {
        throw giveUp(first.record(), e.getCause(), listener);
      }
    }
  }

  private CommandFailure giveUp(Outgoing failed, Throwable cause, SentListener listener) {
    stopped = true;
    int alsoFailed = tellOfTheRest(listener);
    return CommandFailure.failed(
        ("Sending to topic %s failed: %s. The record of lead %s and %d others were not acknowledged"
                + " and may or may not be in the topic; nothing more was sent. Is the platform"
                + " still up (`anabranch status`)?")
            .formatted(topic, cause.getMessage(), failed.key(), alsoFailed),
        cause);
  }

  /** Waits for all replies; how many were failures. */
  private int tellOfTheRest(SentListener listener) {
    producer.flush();
    int failed = 0;
    while (!unsettled.isEmpty()) {
      try {
        tell(unsettled.remove(), listener);
      } catch (ExecutionException e) {
        failed++;
      }
    }
    return failed;
  }

  private static void tell(Unsettled sent, SentListener listener) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          RecordMetadata place = sent.reply().get();
          listener.appended(place.partition(), place.offset(), place.timestamp());
          listener.sent(sent.record(), place.partition(), place.offset());
          return;
        } catch (InterruptedException e) {
          // The reply comes or times out; leaving now would leave the ledger untrue.
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Sums up several listeners as one. */
  public static SentListener all(Iterable<? extends SentListener> listeners) {
    return new SentListener() {
      @Override
      public void sent(Outgoing record, int partition, long offset) {
        listeners.forEach(listener -> listener.sent(record, partition, offset));
      }

      @Override
      public void appended(int partition, long offset, long kafkaMillis) {
        listeners.forEach(listener -> listener.appended(partition, offset, kafkaMillis));
      }

      @Override
      public void idle() {
        listeners.forEach(SentListener::idle);
      }
    };
  }
}
