package dev.anabranch.cli.measure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.failure.CommandFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Measures one architecture's freshness: asks the API again and again, over a kept-alive
 * connection, what its answers hold. The pause between two questions is part of what it measures,
 * as it is of what a user sees.
 */
public final class FreshnessMeter implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(20);

  /** A minute that no event falls into: the answer is its provenance and nothing else. */
  private static final String QUESTION =
      "/v1/views/activity?from=2000-01-01T00:00:00Z&to=2000-01-01T00:01:00Z&limit=1&architecture=";

  private final Api api;
  private final String architecture;
  private final Clock clock;
  private final Coverage coverage = new Coverage();
  private final Thread thread;
  private volatile boolean stopped;

  private FreshnessMeter(Api api, String architecture, Clock clock) {
    this.api = api;
    this.architecture = architecture;
    this.clock = clock;
    this.thread = new Thread(this::poll, "freshness-" + architecture);
    thread.setDaemon(true);
  }

  /**
   * Begins to measure.
   *
   * @param architecture {@code lambda} or {@code kappa}
   * @param clock the same as the broker's
   */
  public static FreshnessMeter start(Api api, String architecture, Clock clock) {
    FreshnessMeter meter = new FreshnessMeter(api, architecture, clock);
    meter.thread.start();
    return meter;
  }

  /**
   * The broker has a record; of one partition in the order of the offsets.
   *
   * @param kafkaMillis its Kafka timestamp
   */
  public void record(int partition, long offset, long kafkaMillis) {
    coverage.record(partition, offset, kafkaMillis);
  }

  /** Records that no answer held yet. */
  long waiting() {
    return coverage.waiting();
  }

  /** What was measured so far. */
  public Freshness freshness() {
    return coverage.freshness();
  }

  /** Ends the measurement; what was measured stays. */
  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
  }

  private void poll() {
    try {
      while (!stopped) {
        long began = System.nanoTime();
        ask();
        long left = PAUSE.toMillis() - (System.nanoTime() - began) / 1_000_000;
        Thread.sleep(Math.max(1, left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() throws InterruptedException {
    try {
      JsonNode answer = api.get(QUESTION + architecture);
      long now = clock.millis();
      Map<Integer, Long> until = new HashMap<>();
      for (Map.Entry<String, JsonNode> one :
          answer.path("as_of").path("until_offsets").properties()) {
        until.put(Integer.valueOf(one.getKey()), one.getValue().asLong());
      }
      coverage.covered(until, now);
    } catch (CommandFailure e) {
      // Serving is being restarted: what a user would see then is part of the measurement.
      Thread.sleep(PAUSE.toMillis());
    }
  }
}
