package dev.anabranch.cli.demo;

import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.produce.Shares;
import dev.anabranch.cli.produce.Traffic;
import dev.anabranch.cli.send.EventSender;
import dev.anabranch.cli.send.Ledger;
import dev.anabranch.cli.send.Pacer;
import dev.anabranch.cli.send.SentListener;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Sends live events in a thread of its own until it is stopped, and writes the ledger. */
final class LiveTraffic implements AutoCloseable {

  private final EventSender sender;
  private final Ledger ledger;
  private final Thread thread;
  private volatile RuntimeException failure;

  private LiveTraffic(
      EventSender sender, Ledger ledger, Traffic traffic, double rate, SentListener listener) {
    this.sender = sender;
    this.ledger = ledger;
    this.thread = new Thread(() -> send(traffic, rate, listener), "live-traffic");
  }

  /**
   * Begins to send.
   *
   * @param rate distinct events a second
   * @param listeners hear of every record that the broker has, beside the ledger
   */
  static LiveTraffic start(
      PlatformAddress address,
      double rate,
      long seed,
      Clock clock,
      Path ledgerFile,
      List<SentListener> listeners) {
    Ledger ledger = Ledger.open(ledgerFile);
    List<SentListener> all = new ArrayList<>(listeners);
    all.add(ledger);
    EventSender sender = EventSender.connect(address, true);
    Traffic traffic = Traffic.live(clock.instant(), rate, seed, Shares.DEMO, Traffic.ENDLESS);
    LiveTraffic live = new LiveTraffic(sender, ledger, traffic, rate, EventSender.all(all));
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

  /** Throws what ended the sending, if anything did. */
  void requireAlive() {
    if (failure != null) {
      throw failure;
    }
  }

  /** Sends no more; returns when all that was sent is acknowledged and in the ledger. */
  @Override
  public void close() {
    sender.stop();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    sender.close();
    ledger.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
