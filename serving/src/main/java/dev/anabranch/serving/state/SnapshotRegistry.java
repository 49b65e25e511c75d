package dev.anabranch.serving.state;

import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the snapshots that cursors go on in: each for at least 60 s after its last use. Their
 * number is bounded; snapshots are shared by all cursors that began in them. Safe for use by
 * several threads.
 */
public final class SnapshotRegistry {
  private static final Duration KEPT = Duration.ofSeconds(90);
  private static final int MOST = 2_000;

  private final Clock clock;

  /** By id, in the order of their last use. */
  private final Map<Long, Pinned> pinned = new LinkedHashMap<>(16, 0.75f, true);

  private record Pinned(Snapshot snapshot, long until) {}

  SnapshotRegistry(Clock clock) {
    this.clock = clock;
  }

  /** Keeps a snapshot for a cursor that is given out now. */
  public synchronized void pin(Snapshot snapshot) {
    long now = clock.millis();
    Iterator<Pinned> oldest = pinned.values().iterator();
    while (oldest.hasNext() && (oldest.next().until() < now || pinned.size() >= MOST)) {
      oldest.remove();
    }
    pinned.put(snapshot.id(), new Pinned(snapshot, now + KEPT.toMillis()));
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
