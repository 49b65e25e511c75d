package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.ScoringMinute;
import dev.anabranch.lakehouse.lake.ScoringMinutes;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.hadoop.fs.Path;

/**
 * The newest minutes of {@code speed/scoring_metrics} in memory. One thread follows the table, any
 * may ask.
 */
final class ScoringFigures {
  /** A day's: at most a file each. */
  private static final int MOST_MINUTES = 1_440;

  private final Storage storage;
  private final FileFollower files;
  private final ConcurrentSkipListMap<Instant, ScoringMinute> minutes =
      new ConcurrentSkipListMap<>();

  ScoringFigures(Storage storage, Path table) {
    this.storage = storage;
    this.files = new FileFollower(storage, table, MOST_MINUTES);
  }

  /** Looks for minutes that were written. */
  void poll() {
    files.poll(this::read);
  }

  boolean caughtUp() {
    return files.caughtUp();
  }

  private void read(DataFile file) {
    ScoringMinutes.read(storage, file).forEach(minute -> minutes.put(minute.minute(), minute));
    while (minutes.size() > MOST_MINUTES) {
      var unusedOldest = minutes.pollFirstEntry();
    }
  }

  /** Newest first, at most so many. */
  List<ScoringMinute> newest(int most) {
    return minutes.descendingMap().values().stream().limit(most).toList();
  }
}
