package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.Views;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * Follows the table of a stream, epoch by epoch. Files are read once; the tiles of the newest
 * epochs stay in memory for as long as a batch run may still begin behind them, up to a bound, past
 * which they are read again when they are wanted.
 */
final class EpochFollower {
  private static final long MOST_ROWS = 2_000_000;

  private final Storage storage;
  private final TableTail tail;
  private final TreeMap<Long, Entry> epochs = new TreeMap<>();
  private final boolean keep;
  private long rows;

  /** An epoch, or several merged; without tiles where they are to be read again. */
  record Entry(DataFile file, EpochHeader header, Map<String, Tiles> tiles) {
    Map<String, Tiles> tiles(Storage storage) {
      return tiles.isEmpty() ? TileFiles.read(storage, file, Views.ALL).tiles() : tiles;
    }
  }

  /**
   * Begins before the first epoch.
   *
   * @param keep whether epochs are wanted again after {@link #poll} has given them out
   */
  EpochFollower(Storage storage, Path table, boolean keep) {
    this.storage = storage;
    this.tail = new TableTail(storage, table);
    this.keep = keep;
  }

  /** Epochs that became visible since the last look, in order. */
  List<Entry> poll() {
    List<Entry> found = new ArrayList<>();
    for (Commit commit : tail.poll()) {
      if (!commit.dataChange()) {
        continue;
      }
      for (DataFile file : commit.added()) {
        TileFiles.EpochFile read = TileFiles.read(storage, file, Views.ALL);
        found.add(new Entry(file, read.header(), read.tiles()));
      }
    }
    found.sort(Comparator.comparing(entry -> entry.header().firstEpoch()));
    if (keep) {
      found.forEach(this::keep);
    }
    return found;
  }

  private void keep(Entry entry) {
    epochs.put(entry.header().epoch(), entry);
    rows += rows(entry);
    for (Map.Entry<Long, Entry> oldest : epochs.entrySet()) {
      if (rows <= MOST_ROWS) {
        break;
      }
      rows -= rows(oldest.getValue());
      oldest.setValue(new Entry(oldest.getValue().file(), oldest.getValue().header(), Map.of()));
    }
  }

  private static long rows(Entry entry) {
    return entry.tiles().values().stream().mapToLong(Tiles::size).sum();
  }

  /** Epochs past this one, in order. */
  List<Entry> after(long epoch) {
    return List.copyOf(epochs.tailMap(epoch, false).values());
  }

  /** Forgets epochs up to this one, inclusive: no run will begin there any more. */
  void forget(long upTo) {
    Map<Long, Entry> old = epochs.headMap(upTo, true);
    rows -= old.values().stream().mapToLong(EpochFollower::rows).sum();
    old.clear();
  }
}
