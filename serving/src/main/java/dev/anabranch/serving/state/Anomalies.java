package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.anomaly.Anomaly;
import dev.anabranch.lakehouse.anomaly.Baselines;
import dev.anabranch.lakehouse.anomaly.OpenMinutes;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.AnomalyTable;
import dev.anabranch.lakehouse.lake.BaselineReader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/**
 * {@code speed/anomalies} in memory, without what is old, the newest so many, and what was learnt
 * last. One thread follows the tables, any may ask.
 */
public final class Anomalies {
  private static final int MOST_ROWS = 200_000;

  /** What judging does. */
  public enum State {
    /** No batch run has had enough history to learn from, so nothing is judged. */
    NO_BASELINE("no_baseline"),
    /** There are baselines; no minute has ended since. */
    WAITING("waiting"),
    JUDGING("judging");

    private final String wireName;

    State(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }
  }

  /**
   * What was learnt last.
   *
   * @param batchRun whose events it was learnt from
   */
  public record Learnt(String batchRun, Instant at) {}

  private final Storage storage;
  private final FileFollower files;
  private final BaselineReader baselines;
  private final ConcurrentNavigableMap<AnomalyPosition, Anomaly> rows =
      new ConcurrentSkipListMap<>();
  private volatile Optional<Learnt> learnt = Optional.empty();
  private volatile long judgedUntil = Long.MIN_VALUE;

  Anomalies(Storage storage, LakeLayout lake) {
    this.storage = storage;
    this.files = new FileFollower(storage, lake.speedAnomalies());
    this.baselines = new BaselineReader(storage, lake);
  }

  /**
   * Looks for what became visible.
   *
   * @return whether all that was there has been read
   */
  boolean poll() {
    learnt = baselines.current().map(Anomalies::learnt);
    files.poll(this::read);
    return files.caughtUp();
  }

  private static Learnt learnt(Baselines baselines) {
    return new Learnt(baselines.batchRun(), baselines.learntAt());
  }

  private void read(DataFile file) {
    AnomalyTable.Content content = AnomalyTable.read(storage, file);
    content.anomalies().forEach(anomaly -> rows.put(AnomalyPosition.of(anomaly), anomaly));
    judgedUntil =
        Math.max(
            judgedUntil, content.mark().map(OpenMinutes.Mark::closedUntil).orElse(Long.MIN_VALUE));
    forget();
  }

  private void forget() {
    // Asking a skip list for its size counts all of it.
    for (int over = rows.size() - MOST_ROWS; over > 0; over--) {
      rows.pollLastEntry();
    }
    while (!rows.isEmpty() && AnomalyTable.isOld(rows.lastKey().minute(), judgedUntil)) {
      rows.pollLastEntry();
    }
  }

  public State state() {
    if (learnt.isEmpty()) {
      return State.NO_BASELINE;
    }
    return judgedUntil().isEmpty() ? State.WAITING : State.JUDGING;
  }

  public Optional<Learnt> learnt() {
    return learnt;
  }

  /** Every minute before this one that could be judged has been; empty: none has. */
  public Optional<Instant> judgedUntil() {
    return judgedUntil == Long.MIN_VALUE
        ? Optional.empty()
        : Optional.of(Instant.EPOCH.plus(judgedUntil, ChronoUnit.MICROS));
  }

  /** Those for which a condition holds, newest first, past a position. */
  public Page<Anomaly> page(
      Optional<AnomalyPosition> after, Predicate<Anomaly> condition, int limit) {
    List<Anomaly> found =
        after.map(position -> rows.tailMap(position, false)).orElse(rows).values().stream()
            .filter(condition)
            .limit(limit + 1L)
            .toList();
    return found.size() > limit
        ? new Page<>(found.subList(0, limit), true)
        : new Page<>(found, false);
  }
}
