package dev.anabranch.batch;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries again while Kafka is away, up to a limit: a broker that restarts fails no run. */
final class KafkaRetry {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaRetry.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration CHECK_EVERY = Duration.ofMillis(50);

  private final Settings.Kafka kafka;
  private final Duration limit;
  private final Clock clock;

  /**
   * @param limit no further try begins so long after the first one
   */
  KafkaRetry(Settings.Kafka kafka, Duration limit, Clock clock) {
    this.kafka = kafka;
    this.limit = limit;
    this.clock = clock;
  }

  /**
   * The result of the first try that does not fail for want of Kafka.
   *
   * @param check is called between tries; what it throws ends them
   */
  <R> R attempt(Supplier<R> work, Runnable check) {
    Instant end = clock.instant().plus(limit);
    while (true) {
      try {
        return work.get();
      } catch (Exception e) {
        if (!Failures.isKafkaAway(e)) {
          throw e;
        }
        if (!clock.instant().isBefore(end)) {
          throw PlatformException.external(
              "Kafka at %s did not answer for %d s (%s). When it runs again, ask for the run again by its id."
                  .formatted(kafka.bootstrapServers(), limit.toSeconds(), Failures.root(e)),
              e);
        }
        check.run();
        LOG.warn("Kafka at {} is away: {}", kafka.bootstrapServers(), Failures.root(e));
        pause(check);
      }
    }
  }

  private static void pause(Runnable check) {
    try {
      for (long waited = 0; waited < PAUSE.toMillis(); waited += CHECK_EVERY.toMillis()) {
        check.run();
        Thread.sleep(CHECK_EVERY.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Interruption.InterruptedRunException();
    }
  }
}
