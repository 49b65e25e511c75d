package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.lake.RunLedger;
import java.time.Clock;
import java.util.List;

/** The lake as serving sees it, followed in the background. Safe for use by several threads. */
public final class LakeState implements AutoCloseable {

  /** Begins to follow the lake, whatever there is of it; returns at once. */
  public static LakeState start(Settings settings, Clock clock, StateObserver observer) {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  /** The newest snapshot. */
  public Snapshot current() {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  public SnapshotRegistry snapshots() {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  /**
   * The ledger of batch runs, to read, to claim and to cancel.
   *
   * @throws dev.anabranch.lakehouse.error.PlatformException while it cannot be opened
   */
  public RunLedger runs() {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  public Pipelines pipelines() {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  /** Why some view cannot be answered, or not as it should be; empty: ready. */
  public List<String> notReadyReasons() {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  @Override
  public void close() {
    dev.anabranch.serving.index.Skeleton.missing("");
  }
}
