package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.serving.index.ViewTiers;
import java.util.Optional;
import java.util.OptionalLong;

/** Everything that serving answers from, at one moment: immutable, and cheap to keep. */
public final class Snapshot {
  private final long id;
  private final Speed speed;
  private final Kappa kappa;
  private final Optional<ViewTiers> truth;
  private final QuarantineIndex quarantine;

  /** The seam, and the newest epoch behind it. */
  record Speed(
      Seam seam, Optional<EpochHeader> newest, OptionalLong freshness, Offsets beginning) {}

  /** The active generation. */
  record Kappa(
      ViewTiers views,
      OptionalLong generation,
      Optional<EpochHeader> last,
      OptionalLong freshness) {}

  Snapshot(
      long id, Speed speed, Kappa kappa, Optional<ViewTiers> truth, QuarantineIndex quarantine) {
    this.id = id;
    this.speed = speed;
    this.kappa = kappa;
    this.truth = truth;
    this.quarantine = quarantine;
  }

  /** Grows with each snapshot of this process. */
  public long id() {
    return id;
  }

  /** What answers of an architecture hold. */
  public ViewTiers views(Architecture architecture) {
    return switch (architecture) {
      case LAMBDA -> speed.seam().lambda();
      case BATCH -> speed.seam().batch();
      case SPEED -> speed.seam().speed();
      case KAPPA -> kappa.views();
    };
  }

  /**
   * The provenance of an answer from {@link #views}.
   *
   * @param exactRows whether the answer's rows count leads without a sketch where batch does:
   *     minutes by type and channel ({@code ActivityQuery.minutesByBoth}), or the view {@code
   *     leads}
   */
  public AsOf asOf(Architecture architecture, boolean exactRows) {
    return switch (architecture) {
      case LAMBDA, SPEED -> asOfSpeed(exactRows);
      case BATCH -> asOfBatch(exactRows);
      case KAPPA -> asOfKappa();
    };
  }

  private AsOf asOfSpeed(boolean exactRows) {
    boolean exact = speed.seam().speedIsEmpty();
    return new AsOf(
        speed.seam().run().map(BatchRun::runId),
        speed.seam().run().map(BatchRun::boundary),
        epoch(speed.newest()),
        OptionalLong.empty(),
        OptionalLong.empty(),
        speed.newest().map(EpochHeader::until).orElse(Offsets.NONE),
        speed.freshness(),
        new AsOf.Exact(exact, exact, exact && exactRows));
  }

  private AsOf asOfBatch(boolean exactRows) {
    Optional<Offsets> boundary = speed.seam().run().map(BatchRun::boundary);
    return new AsOf(
        speed.seam().run().map(BatchRun::runId),
        boundary,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        boundary.orElse(speed.beginning()),
        OptionalLong.empty(),
        new AsOf.Exact(true, true, exactRows));
  }

  private AsOf asOfKappa() {
    return new AsOf(
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        kappa.generation(),
        epoch(kappa.last()),
        kappa.last().map(EpochHeader::until).orElse(Offsets.NONE),
        kappa.freshness(),
        AsOf.Exact.NONE);
  }

  private static OptionalLong epoch(Optional<EpochHeader> header) {
    return header.isPresent() ? OptionalLong.of(header.get().epoch()) : OptionalLong.empty();
  }

  /** The distinct accepted events of the ledger, where one is known. */
  public Optional<ViewTiers> truth() {
    return truth;
  }

  /** The refused records. */
  public QuarantineIndex quarantine() {
    return quarantine;
  }

  /** Where a batch run that is asked for now begins; empty before the first epoch. */
  public Optional<RunLedger.Boundary> boundary() {
    return speed.newest().map(last -> new RunLedger.Boundary(last.epoch(), last.until()));
  }
}
