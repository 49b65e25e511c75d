package dev.anabranch.serving.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What cannot be read at the moment, by table; each trouble is logged once a minute at most. */
final class Troubles {
  private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);
  private static final long LOG_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private final Map<String, String> byTable = new ConcurrentHashMap<>();
  private final Map<String, Long> logged = new ConcurrentHashMap<>();
  private volatile Optional<String> waiting = Optional.empty();

  /** Something must happen first. */
  void wait(String what) {
    waiting = Optional.of(what);
  }

  /** Everything was looked at. */
  void looked() {
    waiting = Optional.empty();
  }

  void mended(String table) {
    if (byTable.remove(table) != null) {
      LOG.info("{} can be read again", table);
      logged.remove(table);
    }
  }

  /** Remembers the trouble; true where it is new. */
  boolean failed(String table, Throwable error) {
    boolean isNew = byTable.put(table, String.valueOf(error.getMessage())) == null;
    long now = System.nanoTime();
    Long last = logged.get(table);
    if (last == null || now - last > LOG_EVERY_NANOS) {
      logged.put(table, now);
      LOG.warn("{} cannot be followed; it will be tried again", table, error);
    }
    return isNew;
  }

  List<String> reasons() {
    List<String> reasons = new ArrayList<>(waiting.stream().toList());
    byTable.forEach((table, reason) -> reasons.add(table + ": " + reason));
    return reasons;
  }
}
