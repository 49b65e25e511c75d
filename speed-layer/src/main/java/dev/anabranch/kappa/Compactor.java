package dev.anabranch.kappa;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges files of consecutive epochs behind the stream: so many files of a level become one of the
 * next, in a commit that says that no row's meaning changed. Each row is merged once a level, that
 * is, O(log n) times. A crash in the middle leaves the table as it was.
 */
final class Compactor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

  private final Storage storage;
  private final Path location;
  private final TableWriter table;
  private final int every;
  private final TreeMap<Integer, List<Entry>> levels = new TreeMap<>();

  /** Whether the levels are not those of the table: used by the worker alone. */
  private boolean stale = true;

  private long newestEpoch = Long.MIN_VALUE;

  private final ExecutorService worker;

  private record Entry(DataFile file, EpochHeader header) {}

  /**
   * Begins with the files that the table has when the next epoch comes.
   *
   * @param every how many files of a level make one of the next
   */
  Compactor(Storage storage, Path location, TableWriter table, int every) {
    this(
        storage,
        location,
        table,
        every,
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "kappa-compaction");
              thread.setDaemon(true);
              return thread;
            }));
  }

  Compactor(Storage storage, Path location, TableWriter table, int every, ExecutorService worker) {
    this.storage = storage;
    this.location = location;
    this.table = table;
    this.every = every;
    this.worker = worker;
  }

  /** A file of an epoch was committed. */
  void added(DataFile file, EpochHeader header) {
    worker.execute(
        () -> {
          try {
            if (stale) {
              load(table.files());
            } else {
              put(new Entry(file, header));
            }
            compact();
          } catch (RuntimeException e) {
            stale = true;
            LOG.warn("{} was not compacted; a later epoch tries again: {}", location, e.toString());
          }
        });
  }

  @Override
  public void close() {
    worker.shutdownNow();
    try {
      if (!worker.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("A compaction of {} still runs; it changes nothing if it is cut off", location);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void load(List<DataFile> files) {
    levels.clear();
    newestEpoch = Long.MIN_VALUE;
    files.stream()
        .map(file -> new Entry(file, TileFiles.read(storage, file, List.of()).header()))
        .sorted(Comparator.comparing(entry -> entry.header().epoch()))
        .forEach(this::put);
    stale = false;
  }

  /** A file that was there when the table was loaded is told of once more. */
  private void put(Entry entry) {
    if (entry.header().epoch() <= newestEpoch) {
      return;
    }
    newestEpoch = entry.header().epoch();
    long epochs = entry.header().epoch() - entry.header().firstEpoch() + 1;
    int level = 0;
    for (long reach = every; reach <= epochs; reach *= every) {
      level++;
    }
    levels.computeIfAbsent(level, l -> new ArrayList<>()).add(entry);
  }

  private void compact() {
    for (int level = 0; !levels.isEmpty() && level <= levels.lastKey(); level++) {
      while (levels.getOrDefault(level, List.of()).size() >= every) {
        compact(level);
      }
    }
  }

  private void compact(int level) {
    List<Entry> run = List.copyOf(levels.get(level).subList(0, every));
    Entry merged = merge(run);
    List<String> paths = run.stream().map(entry -> entry.file().path()).toList();
    if (!table.replace(paths, List.of(merged.file()), false)) {
      throw new IllegalStateException("Another process compacts " + location);
    }
    levels.get(level).subList(0, every).clear();
    levels.computeIfAbsent(level + 1, l -> new ArrayList<>()).add(merged);
  }

  private Entry merge(List<Entry> run) {
    Map<String, List<Tiles>> parts = new HashMap<>();
    for (Entry entry : run) {
      TileFiles.read(storage, entry.file(), Views.ALL)
          .tiles()
          .forEach((view, tiles) -> parts.computeIfAbsent(view, v -> new ArrayList<>()).add(tiles));
    }
    Map<String, Tiles> merged = new HashMap<>();
    for (View view : Views.ALL) {
      merged.put(view.name(), Tiles.merge(view, parts.getOrDefault(view.name(), List.of())));
    }
    EpochHeader header = run.stream().map(Entry::header).reduce(EpochHeader::upTo).orElseThrow();
    return new Entry(TileFiles.write(storage, location, header, merged), header);
  }
}
