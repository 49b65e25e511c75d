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
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;

/**
 * Follows the table of a stream and knows its epochs until they are forgotten. A file is read once;
 * one that cannot be read is tried again at the next look, so that no epoch is lost. Past a bound
 * the tiles of the oldest epochs leave memory, to be read again when they are wanted: what is left
 * of an epoch then is less than what the table's own list of files holds of it. Not safe for use by
 * several threads at once.
 */
final class EpochFollower {
  /** Looks past no epoch: all of the table is wanted. */
  static final long ALL = -1;

  /** Rows of tiles in memory. */
  static final long MOST_ROWS = 500_000;

  /** A first look at a long table is taken in steps. */
  private static final int MOST_FILES_A_LOOK = 256;

  /** Files of the same millisecond are in no order. */
  private static final int MARGIN = 16;

  private final Storage storage;
  private final TableTail tail;
  private final long mostRows;
  private final Deque<DataFile> unread = new ArrayDeque<>();
  private final TreeMap<Long, Entry> byFirstEpoch = new TreeMap<>();

  /** Entries whose tiles are in memory, by first epoch. */
  private final TreeSet<Long> inMemory = new TreeSet<>();

  /** Files that seemed to be of unwanted epochs alone, so that they were not read. */
  private List<DataFile> passedOver = List.of();

  private Optional<EpochHeader> newest = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();
  private boolean looked;
  private long rows;

  /**
   * An epoch, or several merged.
   *
   * @param epoch the last epoch
   * @param known empty where it is to be read again
   */
  record Entry(DataFile file, long firstEpoch, long epoch, Optional<EpochFile> known) {
    static Entry of(EpochFile read) {
      return new Entry(
          read.file(), read.header().firstEpoch(), read.header().epoch(), Optional.of(read));
    }

    EpochFile read(Storage storage) {
      return known.isPresent() ? known.get() : TileFiles.read(storage, file, Views.ALL);
    }

    private Entry withoutTiles() {
      return new Entry(file, firstEpoch, epoch, Optional.empty());
    }

    private long rows() {
      return known.stream()
          .flatMap(read -> read.tiles().values().stream())
          .mapToLong(Tiles::size)
          .sum();
    }
  }

  /** Begins before the first epoch. */
  EpochFollower(Storage storage, Path table) {
    this(storage, table, MOST_ROWS);
  }

  EpochFollower(Storage storage, Path table, long mostRows) {
    this.storage = storage;
    this.tail = new TableTail(storage, table);
    this.mostRows = mostRows;
  }

  /** Looks for epochs that became visible. */
  void poll() {
    poll(ALL);
  }

  /**
   * As {@link #poll()}. The first look at a table does not open all files of epochs up to the
   * unwanted one: see {@link #readPassedOver}.
   */
  void poll(long unwanted) {
    for (Commit commit : tail.poll()) {
      if (commit.snapshot()) {
        begin(commit.added(), unwanted);
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
        hold(Entry.of(TileFiles.read(storage, file, Views.ALL)));
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

  private void begin(List<DataFile> files, long unwanted) {
    List<DataFile> byAge =
        files.stream().sorted(Comparator.comparing(DataFile::modificationTime)).toList();
    int from = unwanted < 0 ? 0 : Math.max(0, firstPast(unwanted, byAge) - MARGIN);
    passedOver = byAge.subList(0, from);
    unread.clear();
    unread.addAll(byAge.subList(from, byAge.size()));
  }

  /** Where the first file of a later epoch is, if the clock never went back; 0: unknown. */
  private int firstPast(long epoch, List<DataFile> byAge) {
    int low = 0;
    int high = byAge.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      try {
        long last = TileFiles.read(storage, byAge.get(middle), List.of()).header().epoch();
        if (last <= epoch) {
          low = middle + 1;
        } else {
          high = middle;
        }
      } catch (RuntimeException e) {
        // Whatever it is, the look that reads all files meets it again, and says so.
        return 0;
      }
    }
    return low;
  }

  /**
   * An epoch is missed: it may be in a file that was passed over, by a clock that went back, or
   * because epochs are wanted now that were not.
   *
   * @return false where no file was passed over
   */
  boolean readPassedOver() {
    List<DataFile> more = passedOver.stream().filter(file -> tail.holds(file.path())).toList();
    passedOver = List.of();
    unread.addAll(more);
    return !more.isEmpty();
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
    Optional<Entry> before = Optional.ofNullable(byFirstEpoch.put(entry.firstEpoch(), entry));
    rows += entry.rows() - before.map(Entry::rows).orElse(0L);
    inMemory.add(entry.firstEpoch());
    EpochHeader header = entry.known().orElseThrow().header();
    if (newest.isEmpty() || newest.get().epoch() < header.epoch()) {
      newest = Optional.of(header);
    }
    while (rows > mostRows) {
      Entry oldest = byFirstEpoch.get(inMemory.pollFirst());
      rows -= oldest.rows();
      byFirstEpoch.put(oldest.firstEpoch(), oldest.withoutTiles());
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
        next = startingWith(past.getLast().epoch() + 1)) {
      past.add(next.get());
    }
    return List.copyOf(past);
  }

  /** Forgets epochs up to this one, inclusive. */
  void forget(long upTo) {
    byFirstEpoch.headMap(upTo, true).values().removeIf(entry -> isForgotten(entry, upTo));
  }

  private boolean isForgotten(Entry entry, long upTo) {
    if (entry.epoch() > upTo) {
      return false;
    }
    rows -= entry.rows();
    inMemory.remove(entry.firstEpoch());
    return true;
  }
}
