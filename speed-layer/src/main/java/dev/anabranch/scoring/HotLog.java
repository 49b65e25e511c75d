package dev.anabranch.scoring;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.ScoreFiles;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The hot leads of all epochs as {@code speed/scores} holds them, for those who hand them on. Safe
 * for use by several threads.
 */
final class HotLog {
  private final TreeMap<Long, List<LeadScore>> byEpoch = new TreeMap<>();

  /** What the files hold. */
  static HotLog of(Storage storage, List<DataFile> files) {
    HotLog log = new HotLog();
    for (DataFile file : files) {
      log.add(ScoreFiles.read(storage, file).stream().filter(LeadScore::hot).toList());
    }
    return log;
  }

  /** Leads of committed epochs. */
  synchronized void add(List<LeadScore> hot) {
    hot.forEach(
        score -> byEpoch.computeIfAbsent(score.epoch(), epoch -> new ArrayList<>()).add(score));
    notifyAll();
  }

  /** All of them, oldest first. */
  synchronized List<LeadScore> all() {
    return byEpoch.values().stream().flatMap(List::stream).toList();
  }

  /** How many leads are in epochs past that one. */
  synchronized long past(long epoch) {
    return byEpoch.tailMap(epoch, false).values().stream().mapToLong(List::size).sum();
  }

  /** The first epoch past that one that has any; waits so long for it. */
  synchronized Optional<Map.Entry<Long, List<LeadScore>>> next(long past, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (byEpoch.higherKey(past) == null && System.nanoTime() < end) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
    }
    return Optional.ofNullable(byEpoch.higherEntry(past))
        .map(entry -> Map.entry(entry.getKey(), List.copyOf(entry.getValue())));
  }
}
