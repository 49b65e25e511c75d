package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.ScoreFiles;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.hadoop.fs.Path;

/**
 * {@code speed/scores} in memory: the newest score of each lead, and every score that handed a lead
 * over. One thread follows the table, any may ask.
 */
final class SpeedScores {
  private final Storage storage;
  private final FileFollower files;
  private final Map<String, LeadScore> newest = new ConcurrentHashMap<>();

  /** By position, so that one that comes again, as in merged files, is still one. */
  private final ConcurrentNavigableMap<HotPosition, LeadScore> hot = new ConcurrentSkipListMap<>();

  SpeedScores(Storage storage, Path table) {
    this.storage = storage;
    this.files = new FileFollower(storage, table);
  }

  /** Looks for epochs that became visible. */
  void poll() {
    files.poll(this::read);
  }

  boolean caughtUp() {
    return files.caughtUp();
  }

  private void read(DataFile file) {
    for (LeadScore read : ScoreFiles.read(storage, file)) {
      LeadScore score = SharedWords.of(read);
      newest.merge(
          score.leadId(), score, (known, other) -> other.isNewerThan(known) ? other : known);
      if (score.hot()) {
        hot.put(HotPosition.of(score), score);
      }
    }
  }

  Optional<LeadScore> of(String leadId) {
    return Optional.ofNullable(newest.get(leadId));
  }

  /** The newest score of each lead, by lead; changes under who reads it. */
  Map<String, LeadScore> byLead() {
    return Collections.unmodifiableMap(newest);
  }

  Page<LeadScore> hot(Optional<HotPosition> after, int limit) {
    List<LeadScore> rows =
        after.map(position -> hot.tailMap(position, false)).orElse(hot).values().stream()
            .limit(limit + 1L)
            .toList();
    return rows.size() > limit ? new Page<>(rows.subList(0, limit), true) : new Page<>(rows, false);
  }
}
