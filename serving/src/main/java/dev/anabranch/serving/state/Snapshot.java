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
  private final Seam seam;
  private final OptionalLong speedFreshness;
  private final Optional<KappaPart> kappa;
  private final Optional<ViewTiers> truth;
  private final QuarantineIndex quarantine;

  private Snapshot(
      long id,
      Seam seam,
      OptionalLong speedFreshness,
      Optional<KappaPart> kappa,
      Optional<ViewTiers> truth,
      QuarantineIndex quarantine) {
    this.id = id;
    this.seam = seam;
    this.speedFreshness = speedFreshness;
    this.kappa = kappa;
    this.truth = truth;
    this.quarantine = quarantine;
  }

  /** Nothing has been seen yet. */
  static Snapshot empty(long id, Optional<ViewTiers> truth, QuarantineIndex quarantine) {
    return new Snapshot(id, Seam.EMPTY, OptionalLong.empty(), Optional.empty(), truth, quarantine);
  }

  /** This snapshot with another seam; itself where nothing changes, as are all of these. */
  Snapshot with(Seam next, OptionalLong freshness) {
    return next == seam ? this : new Snapshot(id + 1, next, freshness, kappa, truth, quarantine);
  }

  Snapshot with(KappaPart next) {
    return kappa.equals(Optional.of(next))
        ? this
        : new Snapshot(id + 1, seam, speedFreshness, Optional.of(next), truth, quarantine);
  }

  Snapshot withTruth(ViewTiers next) {
    return truth.equals(Optional.of(next))
        ? this
        : new Snapshot(id + 1, seam, speedFreshness, kappa, Optional.of(next), quarantine);
  }

  Snapshot with(QuarantineIndex next) {
    return next.equals(quarantine)
        ? this
        : new Snapshot(id + 1, seam, speedFreshness, kappa, truth, next);
  }

  /** Grows with each snapshot of this process. */
  public long id() {
    return id;
  }

  /** What answers of an architecture hold. */
  public ViewTiers views(Architecture architecture) {
    return switch (architecture) {
      case LAMBDA -> seam.lambda();
      case BATCH -> seam.batch();
      case SPEED -> seam.speed();
      case KAPPA -> kappa.map(KappaPart::views).orElse(ViewTiers.EMPTY);
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
      case LAMBDA -> asOfEpochs(exactLambda(exactRows));
      case SPEED -> asOfEpochs(seam.speedEmpty() ? AsOf.Exact.ALL : AsOf.Exact.NONE);
      case BATCH -> asOfBatch(exactRows);
      case KAPPA -> asOfKappa();
    };
  }

  /**
   * An empty speed part adds nothing to counts that are exact. Where an event lies past the
   * boundary it may be a copy of one that batch or another epoch has counted.
   */
  private AsOf.Exact exactLambda(boolean exactRows) {
    return seam.speedEmpty() ? exactBatch(exactRows) : AsOf.Exact.NONE;
  }

  /** No rows, as before the first run, are exact in all. */
  private AsOf.Exact exactBatch(boolean exactRows) {
    return new AsOf.Exact(true, true, exactRows || seam.run().isEmpty());
  }

  private AsOf asOfEpochs(AsOf.Exact exact) {
    return new AsOf(
        seam.run().map(BatchRun::runId),
        seam.run().map(BatchRun::boundary),
        seam.epoch() < 0 ? OptionalLong.empty() : OptionalLong.of(seam.epoch()),
        OptionalLong.empty(),
        OptionalLong.empty(),
        seam.until(),
        speedFreshness,
        exact);
  }

  private AsOf asOfBatch(boolean exactRows) {
    return new AsOf(
        seam.run().map(BatchRun::runId),
        seam.run().map(BatchRun::boundary),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        seam.from(),
        OptionalLong.empty(),
        exactBatch(exactRows));
  }

  private AsOf asOfKappa() {
    Optional<EpochHeader> header = kappa.flatMap(KappaPart::header);
    return new AsOf(
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        kappa.map(part -> OptionalLong.of(part.generation())).orElse(OptionalLong.empty()),
        header.map(last -> OptionalLong.of(last.epoch())).orElse(OptionalLong.empty()),
        kappa.map(KappaPart::until).orElse(Offsets.NONE),
        kappa.map(KappaPart::freshnessMillis).orElse(OptionalLong.empty()),
        AsOf.Exact.NONE);
  }

  /** The distinct accepted events of the ledger, where one is known. */
  public Optional<ViewTiers> truth() {
    return truth;
  }

  /** The refused records. */
  public QuarantineIndex quarantine() {
    return quarantine;
  }

  /** Whether answers come from this run or from one with a boundary further on. */
  boolean holds(BatchRun run) {
    return seam.run().filter(own -> own.boundaryEpoch() >= run.boundaryEpoch()).isPresent();
  }

  /** Whether all records below these offsets are in answers. */
  boolean reaches(Offsets offsets) {
    return seam.until().reaches(offsets);
  }

  /** Where a batch run that is asked for now begins; empty before the first epoch. */
  public Optional<RunLedger.Boundary> boundary() {
    return seam.end();
  }
}
