package dev.anabranch.serving.state;

import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the snapshots that cursors go on in, each for at least 60 s after its last use. All cursors
 * that began in a snapshot share it. Their number is bounded: once {@link #FEW} are kept, new
 * requests are answered from one of them for some seconds each, so that hardly more are asked for.
 * Safe for use by several threads.
 */
public final class SnapshotRegistry {
  private static final Duration KEPT = Duration.ofSeconds(75);
  private static final Duration SHARED = Duration.ofSeconds(3);
  private static final int FEW = 24;
  private static final int MOST = 96;

  private final Clock clock;

  /** By id, in the order of their last use. */
  private final Map<Long, Pinned> pinned = new LinkedHashMap<>(16, 0.75f, true);

  private Optional<Pinned> newest = Optional.empty();

  private record Pinned(Snapshot snapshot, long since, long until) {}

  SnapshotRegistry(Clock clock) {
    this.clock = clock;
  }

  /** The newest snapshot, or while many are kept, a kept one of the last seconds. */
  synchronized Snapshot toAnswerFrom(Snapshot current) {
    long now = clock.millis();
    forget(now);
    boolean many = pinned.size() >= FEW;
    return newest
        .filter(last -> many && now - last.since() < SHARED.toMillis())
        .map(Pinned::snapshot)
        .orElse(current);
  }

  private void forget(long now) {
    Iterator<Pinned> oldest = pinned.values().iterator();
    while (oldest.hasNext() && oldest.next().until() < now) {
      oldest.remove();
    }
    newest = newest.filter(last -> pinned.containsKey(last.snapshot().id()));
  }

  /** Keeps a snapshot for a cursor that is given out now. */
  public synchronized void pin(Snapshot snapshot) {
    long now = clock.millis();
    forget(now);
    while (pinned.size() >= MOST && !pinned.containsKey(snapshot.id())) {
      pinned.remove(pinned.keySet().iterator().next());
    }
    Pinned known = pinned.get(snapshot.id());
    long since = known == null ? now : known.since();
    Pinned kept = new Pinned(snapshot, since, now + KEPT.toMillis());
    pinned.put(snapshot.id(), kept);
    if (newest.isEmpty() || newest.get().snapshot().id() < snapshot.id()) {
      newest = Optional.of(kept);
    }
  }

  /** The snapshot of a cursor, kept on from now; empty where it is no longer kept (410). */
  public synchronized Optional<Snapshot> find(long id) {
    Pinned found = pinned.get(id);
    if (found == null || found.until() < clock.millis()) {
      return Optional.empty();
    }
    pin(found.snapshot());
    return Optional.of(found.snapshot());
  }
}
