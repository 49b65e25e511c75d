package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
      if (commit.snapshot()) {
        begin(commit.added());
      } else {
        commit.added().forEach(file -> unread.put(file.path(), file));
        remove(commit.removed());
      }
    }
    looked = true;
    List<DataFile> now = unread.values().stream().limit(MOST_FILES_A_LOOK).toList();
    if (!now.isEmpty()) {
      index = index.plus(now);
      now.forEach(file -> unread.remove(file.path()));
    }
  }

  /** The table is read from a snapshot, the first time or because the log was cut. */
  private void begin(List<DataFile> all) {
    Set<String> there = all.stream().map(DataFile::path).collect(Collectors.toSet());
    index = index.without(path -> !there.contains(path));
    Set<String> known = index.paths();
    unread.clear();
    all.stream()
        .filter(file -> !known.contains(file.path()))
        .forEach(file -> unread.put(file.path(), file));
  }

  private void remove(List<String> paths) {
    if (!paths.isEmpty()) {
      Set<String> gone = Set.copyOf(paths);
      unread.keySet().removeAll(gone);
      index = index.without(gone::contains);
    }
  }
}
