package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/** Follows {@code quarantine/events}. Not safe for use by several threads at once. */
final class QuarantineFollower {
  /** A first look at a long table is taken in steps. */
  private static final int MOST_FILES_A_LOOK = 256;

  private final TableTail tail;
  private final Map<String, DataFile> unread = new LinkedHashMap<>();
  private QuarantineIndex index;
  private boolean looked;

  QuarantineFollower(Storage storage, Path table) {
    this.tail = new TableTail(storage, table);
    this.index = QuarantineIndex.empty(storage);
  }

  QuarantineIndex index() {
    return index;
  }

  /** Whether all that was there at the last look has been read. */
  boolean caughtUp() {
    return looked && unread.isEmpty();
  }

  /** Looks for files that came or went. */
  void poll() {
    for (Commit commit : tail.poll()) {
      commit.added().forEach(file -> unread.put(file.path(), file));
      commit.removed().forEach(unread::remove);
      index = index.without(commit.removed());
    }
    looked = true;
    for (DataFile file : unread.values().stream().limit(MOST_FILES_A_LOOK).toList()) {
      index = index.plus(file);
      unread.remove(file.path());
    }
  }
}
