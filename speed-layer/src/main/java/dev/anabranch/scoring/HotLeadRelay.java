package dev.anabranch.scoring;

import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the hot leads of committed epochs over to one target, each epoch once: it goes on behind
 * the newest one that the target itself has, at a start and whenever a delivery's outcome is not
 * known. A target that is away keeps nobody else waiting.
 */
final class HotLeadRelay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HotLeadRelay.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

  /** Before the first epoch. */
  private static final long NONE = 0;

  private final String name;
  private final HotLog log;
  private final LongSupplier newest;
  private final Supplier<HotLeadTarget> opening;
  private final Thread thread;
  private volatile long delivered = NONE;
  private volatile Optional<String> failure = Optional.empty();

  /**
   * A relay that does not run yet.
   *
   * @param newest the newest epoch of {@code speed/scores}
   */
  HotLeadRelay(String name, HotLog log, LongSupplier newest, Supplier<HotLeadTarget> opening) {
    this.name = name;
    this.log = log;
    this.newest = newest;
    this.opening = opening;
    this.thread = new Thread(this::relay, "hot-leads-" + name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  String name() {
    return name;
  }

  /** The newest epoch with hot leads that the target has, as far as is known. */
  long delivered() {
    return delivered;
  }

  /** How many leads the target lacks. */
  long waiting() {
    return log.past(delivered);
  }

  /** Why the last try failed; empty: it did not. */
  Optional<String> failure() {
    return failure;
  }

  private void relay() {
    try {
      while (true) {
        try (HotLeadTarget target = opening.get()) {
          delivered = newestOf(target);
          failure = Optional.empty();
          while (true) {
            deliver(target);
          }
        } catch (RuntimeException e) {
          if (Thread.interrupted()) {
            return;
          }
          LOG.warn("Hot leads wait for {}: {}", name, e.getMessage());
          failure = Optional.of(String.valueOf(e.getMessage()));
          Thread.sleep(AFTER_FAILURE.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What another lake has delivered there would hide what this one has to deliver. */
  private long newestOf(HotLeadTarget target) {
    long there = target.newestEpoch().orElse(NONE);
    if (there > newest.getAsLong()) {
      throw PlatformException.user(
          "It holds hot leads up to epoch %d and speed/scores ends at epoch %d, so they are of another lake: name another topic (scoring.hot_topic) or database (postgresql.url)."
              .formatted(there, newest.getAsLong()));
    }
    return there;
  }

  private void deliver(HotLeadTarget target) throws InterruptedException {
    Optional<Map.Entry<Long, List<LeadScore>>> next = log.next(delivered, PATIENCE);
    if (next.isPresent()) {
      target.deliver(next.get().getKey(), next.get().getValue());
      delivered = next.get().getKey();
    }
  }

  /** Ends the thread; an epoch that it is in the middle of is handed over at the next start. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
