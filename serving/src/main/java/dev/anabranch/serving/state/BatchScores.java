package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.lake.BatchScoreFiles;
import dev.anabranch.lakehouse.lead.BatchScore;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * {@code batch/scores} in memory, as one commit left it: each replaces all that was. One thread
 * follows the table, any may ask.
 */
final class BatchScores {
  private final Storage storage;
  private final TableTail tail;
  private volatile Map<String, BatchScore> byLead = Map.of();
  private boolean changed;

  BatchScores(Storage storage, Path table) {
    this.storage = storage;
    this.tail = new TableTail(storage, table);
  }

  /** Reads the table anew where it changed; what was read before stays until that is done. */
  void poll() {
    changed |= !tail.poll().isEmpty();
    if (!changed) {
      return;
    }
    Map<String, BatchScore> read = new HashMap<>();
    for (DataFile file : tail.files()) {
      for (BatchScore score : BatchScoreFiles.read(storage, file)) {
        read.put(score.leadId(), SharedWords.of(score));
      }
    }
    byLead = read;
    changed = false;
  }

  /** By lead, of one instant; nobody changes it. */
  Map<String, BatchScore> byLead() {
    return byLead;
  }
}
