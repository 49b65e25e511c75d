package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * Reads each file of a table once, soon after it came. For tables whose files are merged but whose
 * rows are not taken back. Not safe for use by several threads at once.
 */
final class FileFollower {
  /** A first look at a long table is taken in steps. */
  private static final int MOST_FILES_A_LOOK = 256;

  private final TableTail tail;
  private final int most;
  private final Map<String, DataFile> unread = new LinkedHashMap<>();
  private Set<String> read = new HashSet<>();
  private boolean looked;

  /** Follows all files of a table. */
  FileFollower(Storage storage, Path table) {
    this(storage, table, Integer.MAX_VALUE);
  }

  /**
   * Follows the newest files of a table.
   *
   * @param most of those that are there at the first look, the newest so many are read
   */
  FileFollower(Storage storage, Path table, int most) {
    this.tail = new TableTail(storage, table);
    this.most = most;
  }

  /** Whether all that was there at the last look has been read. */
  boolean caughtUp() {
    return looked && unread.isEmpty();
  }

  /** Reads files that came; one whose reading throws is read again by the next look. */
  void poll(Consumer<DataFile> reader) {
    for (Commit commit : tail.poll()) {
      if (commit.snapshot()) {
        begin(commit.added());
      } else {
        commit.added().forEach(file -> unread.put(file.path(), file));
        commit.removed().forEach(unread::remove);
        commit.removed().forEach(read::remove);
      }
    }
    looked = true;
    for (DataFile file : unread.values().stream().limit(MOST_FILES_A_LOOK).toList()) {
      reader.accept(file);
      unread.remove(file.path());
      read.add(file.path());
    }
  }

  /** The table is read from a snapshot, the first time or because the log was cut. */
  private void begin(List<DataFile> all) {
    List<DataFile> newest =
        all.stream()
            .sorted(Comparator.comparing(DataFile::modificationTime).reversed())
            .limit(most)
            .toList();
    Set<String> known = new HashSet<>();
    unread.clear();
    for (DataFile file : newest) {
      if (read.contains(file.path())) {
        known.add(file.path());
      } else {
        unread.put(file.path(), file);
      }
    }
    read = known;
  }
}
