package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.serving.index.ViewTiers;
import java.util.Optional;

/** Everything that serving answers from, at one moment: immutable, and cheap to keep. */
public final class Snapshot {
  private final long id;

  Snapshot(long id) {
    this.id = id;
  }

  /** Grows with each snapshot of this process. */
  public long id() {
    return id;
  }

  /** What answers of an architecture hold. */
  public ViewTiers views(Architecture architecture) {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  /**
   * The provenance of an answer from {@link #views}.
   *
   * @param exactRows whether the answer's rows count leads without a sketch where batch does:
   *     minutes by type and channel ({@code ActivityQuery.minutesByBoth}), or the view {@code
   *     leads}
   */
  public AsOf asOf(Architecture architecture, boolean exactRows) {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  /** The distinct accepted events of the ledger, where one is known. */
  public Optional<ViewTiers> truth() {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  /** The refused records. */
  public QuarantineIndex quarantine() {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }

  /** Where a batch run that is asked for now begins; empty before the first epoch. */
  public Optional<RunLedger.Boundary> boundary() {
    return dev.anabranch.serving.index.Skeleton.missing(null);
  }
}
