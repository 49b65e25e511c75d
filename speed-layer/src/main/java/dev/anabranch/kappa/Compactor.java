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
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "kappa-compaction");
            thread.setDaemon(true);
            return thread;
          });

  private record Entry(DataFile file, EpochHeader header) {}

  /**
   * Begins with the files that the table has.
   *
   * @param every how many files of a level make one of the next
   */
  Compactor(Storage storage, Path location, TableWriter table, int every) {
    this.storage = storage;
    this.location = location;
    this.table = table;
    this.every = every;
    List<DataFile> files = table.files();
    worker.execute(() -> load(files));
  }

  /** A file of an epoch was committed. */
  void added(DataFile file, EpochHeader header) {
    worker.execute(
        () -> {
          put(new Entry(file, header));
          compact();
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
    files.stream()
        .map(file -> new Entry(file, TileFiles.read(storage, file, List.of()).header()))
        .sorted(Comparator.comparing(entry -> entry.header().epoch()))
        .forEach(this::put);
  }

  private void put(Entry entry) {
    long epochs = entry.header().epoch() - entry.header().firstEpoch() + 1;
    int level = 0;
    for (long reach = every; reach <= epochs; reach *= every) {
      level++;
    }
    levels.computeIfAbsent(level, l -> new ArrayList<>()).add(entry);
  }

  private void compact() {
    try {
      for (int level = 0; levels.getOrDefault(level, List.of()).size() >= every; level++) {
        List<Entry> run = List.copyOf(levels.get(level).subList(0, every));
        Entry merged = merge(run);
        List<String> paths = run.stream().map(entry -> entry.file().path()).toList();
        if (!table.replace(paths, List.of(merged.file()), false)) {
          throw new IllegalStateException("Another process compacts " + location);
        }
        levels.get(level).subList(0, every).clear();
        levels.computeIfAbsent(level + 1, l -> new ArrayList<>()).add(merged);
      }
    } catch (RuntimeException e) {
      LOG.warn("{} was not compacted; the next epoch tries again: {}", location, e.toString());
    }
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
