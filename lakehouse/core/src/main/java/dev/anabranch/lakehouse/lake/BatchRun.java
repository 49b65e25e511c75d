package dev.anabranch.lakehouse.lake;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A batch run as the ledger knows it.
 *
 * @param runId see {@link RunIds#isId}
 * @param attempt from 1; grows each time that the run goes on after it failed or was cancelled
 * @param boundary E: the run covers the records below it; the same in every attempt
 * @param boundaryEpoch the speed epoch that ends at the boundary
 * @param startedAt when the first attempt was claimed
 * @param figures counts, once the run has succeeded
 * @param versions versions of {@code master/events} and of each {@code batch/VIEW}, by table name,
 *     once the run has succeeded; a run that came after one with a further boundary changes no
 *     table, only counts, and has the versions of that one
 */
public record BatchRun(
    String runId,
    long attempt,
    RunState state,
    Offsets boundary,
    long boundaryEpoch,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<Figures> figures,
    SortedMap<String, Long> versions,
    Optional<String> error)
    implements Run<BatchRun> {

  public BatchRun {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }

  /** The same attempt at its end. */
  BatchRun ended(
      RunState end,
      Instant at,
      Optional<Figures> counted,
      SortedMap<String, Long> written,
      Optional<String> reason) {
    return new BatchRun(
        runId,
        attempt,
        end,
        boundary,
        boundaryEpoch,
        startedAt,
        Optional.of(at),
        counted,
        written,
        reason);
  }

  @Override
  public BatchRun nextAttempt() {
    return new BatchRun(
        runId,
        attempt + 1,
        RunState.RUNNING,
        boundary,
        boundaryEpoch,
        startedAt,
        Optional.empty(),
        Optional.empty(),
        new TreeMap<>(),
        Optional.empty());
  }

  @Override
  public BatchRun cancelled(Instant at) {
    return ended(RunState.CANCELLED, at, Optional.empty(), new TreeMap<>(), Optional.empty());
  }

  /**
   * What a run counted below its boundary: records = events + duplicates + quarantined.
   *
   * <p>Records are counted as they are read: an offset without one counts nowhere.
   *
   * @param ingested records that this run read itself
   */
  public record Figures(
      long records, long events, long duplicates, long quarantined, long ingested) {}
}
