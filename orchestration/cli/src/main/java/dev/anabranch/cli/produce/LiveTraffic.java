package dev.anabranch.cli.produce;

import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.send.EventSender;
import dev.anabranch.cli.send.Pacer;
import dev.anabranch.cli.send.SentListener;
import dev.anabranch.cli.send.Worker;
import java.time.Clock;
import java.util.List;

/** Sends live events in a thread of its own until it is stopped. */
public final class LiveTraffic implements AutoCloseable {

  private final EventSender sender;
  private final Thread thread;
  private volatile RuntimeException failure;

  private LiveTraffic(EventSender sender, Traffic traffic, double rate, SentListener listener) {
    this.sender = sender;
    this.thread = new Thread(() -> send(traffic, rate, listener), "live-traffic");
  }

  /**
   * Begins to send.
   *
   * @param rate distinct events a second
   * @param listeners hear of every record that the broker has, in the sending thread
   */
  public static LiveTraffic start(
      PlatformAddress address,
      double rate,
      long seed,
      Clock clock,
      List<? extends SentListener> listeners) {
    return start(
        address,
        Traffic.live(clock.instant(), rate, seed, Shares.DEMO, Traffic.ENDLESS),
        rate,
        listeners);
  }

  /**
   * Begins to send what is left of some traffic, at another rate than that of its events' times.
   *
   * @param rate distinct events a second
   * @param listeners hear of every record that the broker has, in the sending thread
   */
  public static LiveTraffic start(
      PlatformAddress address,
      Traffic traffic,
      double rate,
      List<? extends SentListener> listeners) {
    EventSender sender = EventSender.connect(address, true);
    LiveTraffic live = new LiveTraffic(sender, traffic, rate, EventSender.all(listeners));
    live.thread.start();
    return live;
  }

  private void send(Traffic traffic, double rate, SentListener listener) {
    try {
      sender.send(traffic, Pacer.ofRate(rate), listener);
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /** Whether there is more to send. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  /** Throws what ended the sending, if anything did. */
  public void requireAlive() {
    if (failure != null) {
      throw failure;
    }
  }

  /** Sends no more; returns when all that was sent is acknowledged and told of. */
  @Override
  public void close() {
    sender.stop();
    Worker.awaitEnd(thread, sender::close);
  }
}
