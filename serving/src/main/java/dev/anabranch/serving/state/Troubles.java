package dev.anabranch.serving.state;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has not been read, or cannot be read at the moment, by table; a trouble that lasts is logged
 * once a minute. Safe for use by several threads.
 */
final class Troubles {
  private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);
  private static final long LOG_EVERY_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();

  /** Tables that answers need; empty where all is well. */
  private final Map<String, Optional<String>> needed = new ConcurrentSkipListMap<>();

  private final Map<String, Failing> failing = new ConcurrentHashMap<>();

  private record Failing(long failedAt, long loggedAt) {}

  /** Answers need the table, and it is to be read for the first time. */
  void notLookedAt(String table) {
    needed.put(table, Optional.of("not read to its end yet"));
  }

  /** All of the table has been read. */
  void mended(String table) {
    needed.replace(table, Optional.empty());
    if (failing.remove(table) != null) {
      LOG.info("{} can be read again", table);
    }
  }

  /** Whether the table failed just now, so that it is better left alone for a moment. */
  boolean pauses(String table) {
    Failing last = failing.get(table);
    return last != null && System.nanoTime() - last.failedAt() < PAUSE_NANOS;
  }

  /** Remembers the trouble; true where it is new. */
  boolean failed(String table, Throwable error) {
    needed.replace(table, Optional.of(String.valueOf(error.getMessage())));
    long now = System.nanoTime();
    Failing last = failing.get(table);
    boolean log = last == null || now - last.loggedAt() > LOG_EVERY_NANOS;
    if (log) {
      LOG.warn("{} cannot be followed; it will be tried again", table, error);
    }
    failing.put(table, new Failing(now, log ? now : last.loggedAt()));
    return last == null;
  }

  List<String> reasons() {
    return needed.entrySet().stream()
        .filter(entry -> entry.getValue().isPresent())
        .map(entry -> entry.getKey() + ": " + entry.getValue().get())
        .toList();
  }
}
