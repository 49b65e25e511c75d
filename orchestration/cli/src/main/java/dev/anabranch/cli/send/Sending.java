package dev.anabranch.cli.send;

import dev.anabranch.cli.PlatformAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How a command sends a stream of records.
 *
 * @param task what is going on, in a word or two, for the progress
 * @param distinctEvents how many there will be, or {@link Progress#UNKNOWN}
 * @param rate events a second; absent is full speed
 * @param ledger where to write what was sent
 */
public record Sending(
    String task, long distinctEvents, Optional<Double> rate, Optional<Path> ledger) {

  private static final long STOP_SECONDS = 70;

  /**
   * Sends all, with progress on stderr. At SIGTERM or Ctrl-C it sends no more, and what was sent is
   * acknowledged and in the ledger before the process ends.
   *
   * @param records called once, when the platform has answered: a live stream begins then
   * @param others hear of every record too
   */
  public SendCounts to(
      PlatformAddress address,
      Supplier<? extends Iterator<Outgoing>> records,
      List<? extends SentListener> others) {
    SendCounts counts = new SendCounts();
    List<SentListener> listeners = new ArrayList<>(others);
    listeners.add(counts);
    CountDownLatch done = new CountDownLatch(1);
    try (EventSender sender = EventSender.connect(address, rate.isPresent());
        AutoCloseableLedger file = new AutoCloseableLedger(ledger.map(Ledger::open));
        Progress progress = Progress.onStderr(task, distinctEvents)) {
      file.ledger().ifPresent(listeners::add);
      listeners.add(progress);
      Thread stopper = new Thread(() -> stop(sender, done), "stop-sending");
      Runtime.getRuntime().addShutdownHook(stopper);
      Iterator<Outgoing> stream = records.get();
      Pacer pacer = rate.map(Pacer::ofRate).orElseGet(Pacer::fullSpeed);
      sender.send(stream, pacer, EventSender.all(listeners));
    } finally {
      done.countDown();
    }
    return counts;
  }

  /** The same, with nobody else to hear of it. */
  public SendCounts to(PlatformAddress address, Supplier<? extends Iterator<Outgoing>> records) {
    return to(address, records, List.of());
  }

  private static void stop(EventSender sender, CountDownLatch done) {
    sender.stop();
    try {
      done.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A ledger, or none. */
  private record AutoCloseableLedger(Optional<Ledger> ledger) implements AutoCloseable {
    @Override
    public void close() {
      ledger.ifPresent(Ledger::close);
    }
  }
}
