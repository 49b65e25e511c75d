package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.lake.TileFiles.EpochFile;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.Views;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * Follows the table of a stream and holds its newest epochs until they are forgotten. A file is
 * read once; one that cannot be read is tried again at the next look, so that no epoch is lost.
 * Past a bound the tiles of the oldest epochs leave memory, to be read again when they are wanted,
 * and past another the oldest epochs do. Not safe for use by several threads at once.
 */
final class EpochFollower {
  /** A first look at a long table is taken in steps. */
  private static final int MOST_FILES_A_LOOK = 256;

  private static final long MOST_ROWS = 500_000;
  private static final int MOST_EPOCHS = 20_000;

  private final Storage storage;
  private final TableTail tail;
  private final Deque<DataFile> unread = new ArrayDeque<>();
  private final TreeMap<Long, Entry> byFirstEpoch = new TreeMap<>();
  private Optional<EpochHeader> newest = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();
  private boolean looked;
  private long rows;

  /** Epochs below this one are held without tiles. */
  private long withTilesFrom = Long.MIN_VALUE;

  /** An epoch, or several merged; without tiles where they are to be read again. */
  record Entry(DataFile file, EpochHeader header, Optional<Map<String, Tiles>> tiles) {
    EpochFile read(Storage storage) {
      return tiles.isPresent()
          ? new EpochFile(file, header, tiles.get())
          : TileFiles.read(storage, file, Views.ALL);
    }

    private long rows() {
      return tiles.stream().flatMap(views -> views.values().stream()).mapToLong(Tiles::size).sum();
    }
  }

  /** Begins before the first epoch. */
  EpochFollower(Storage storage, Path table) {
    this.storage = storage;
    this.tail = new TableTail(storage, table);
  }

  /** Looks for epochs that became visible. */
  void poll() {
    for (Commit commit : tail.poll()) {
      if (commit.snapshot()) {
        unread.clear();
        commit.added().stream()
            .sorted(Comparator.comparing(DataFile::modificationTime))
            .forEach(unread::add);
      } else if (commit.dataChange()) {
        unread.addAll(commit.added());
      }
    }
    looked = true;
    failure = Optional.empty();
    List<DataFile> failed = new ArrayList<>();
    for (int files = 0; !unread.isEmpty() && files < MOST_FILES_A_LOOK; files++) {
      DataFile file = unread.remove();
      try {
        EpochFile read = TileFiles.read(storage, file, Views.ALL);
        hold(new Entry(file, read.header(), Optional.of(read.tiles())));
      } catch (RuntimeException e) {
        failure = Optional.of(e);
        failed.add(file);
      }
    }
    unread.addAll(failed);
    if (failed.stream().anyMatch(file -> !tail.holds(file.path()))) {
      // Others replaced it before it was read: its rows are in another file by now.
      startOver();
    }
  }

  /** Why a file could not be read at the last look; it is tried again at the next. */
  Optional<RuntimeException> failure() {
    return failure;
  }

  private void startOver() {
    tail.reset();
    unread.clear();
    looked = false;
  }

  private void hold(Entry entry) {
    Optional<Entry> before =
        Optional.ofNullable(byFirstEpoch.put(entry.header().firstEpoch(), entry));
    rows += entry.rows() - before.map(Entry::rows).orElse(0L);
    if (newest.isEmpty() || newest.get().epoch() < entry.header().epoch()) {
      newest = Optional.of(entry.header());
    }
    while (rows > MOST_ROWS) {
      Entry oldest = byFirstEpoch.ceilingEntry(withTilesFrom).getValue();
      long first = oldest.header().firstEpoch();
      rows -= oldest.rows();
      byFirstEpoch.put(first, new Entry(oldest.file(), oldest.header(), Optional.empty()));
      withTilesFrom = first + 1;
    }
    while (byFirstEpoch.size() > MOST_EPOCHS) {
      rows -= byFirstEpoch.pollFirstEntry().getValue().rows();
    }
  }

  /** Whether all that was in the table at the last look has been read. */
  boolean caughtUp() {
    return looked && unread.isEmpty();
  }

  /** The newest epoch that was read. */
  Optional<EpochHeader> newest() {
    return newest;
  }

  /** The epoch of this number, or those merged that begin with it. */
  Optional<Entry> startingWith(long epoch) {
    return Optional.ofNullable(byFirstEpoch.get(epoch));
  }

  /** Epochs past this one, in order, as far as there is no gap. */
  List<Entry> after(long epoch) {
    Deque<Entry> past = new ArrayDeque<>();
    for (Optional<Entry> next = startingWith(epoch + 1);
        next.isPresent();
        next = startingWith(past.getLast().header().epoch() + 1)) {
      past.add(next.get());
    }
    return List.copyOf(past);
  }

  /** Forgets epochs up to this one, inclusive. */
  void forget(long upTo) {
    byFirstEpoch
        .headMap(upTo, true)
        .values()
        .removeIf(
            entry -> {
              boolean old = entry.header().epoch() <= upTo;
              rows -= old ? entry.rows() : 0;
              return old;
            });
  }
}
