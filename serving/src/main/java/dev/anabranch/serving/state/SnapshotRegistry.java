package dev.anabranch.serving.state;

import java.util.Optional;

/**
 * Keeps the snapshots that cursors go on in: each for at least 60 s after its last use. Their
 * number is bounded; snapshots are shared by all cursors that began in them. Safe for use by
 * several threads.
 */
public final class SnapshotRegistry {

  /** Keeps a snapshot for a cursor that is given out now. */
  public void pin(Snapshot snapshot) {
    dev.anabranch.serving.index.Skeleton.missing("");
  }

  /** The snapshot of a cursor, kept on from now; empty where it is no longer kept (410). */
  public Optional<Snapshot> find(long id) {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }
}
