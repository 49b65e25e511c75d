package dev.anabranch.lakehouse.lake;

import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A batch run as the ledger knows it.
 *
 * @param runId see {@link #isId}
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
    State state,
    Offsets boundary,
    long boundaryEpoch,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<Figures> figures,
    SortedMap<String, Long> versions,
    Optional<String> error) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.~:+-]{1,250}");

  public BatchRun {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }

  /** Where a run stands. */
  public enum State {
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static State ofWireName(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
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

  /** Whether a run may have this id: 1 to 250 of {@code A-Z a-z 0-9 _ . ~ : + -}, not . or .. */
  public static boolean isId(String id) {
    return ID.matcher(id).matches() && !id.equals(".") && !id.equals("..");
  }
}
