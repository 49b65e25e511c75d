package dev.anabranch.speed;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lake.EpochHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges files of consecutive epochs behind the stream: so many files of a level become one of the
 * next, in one commit. Each row is merged once a level, that is, O(log n) times. A crash in the
 * middle leaves the table as it was.
 */
public final class Compactor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

  private final Path location;
  private final TableWriter table;
  private final Merging merging;
  private final int every;
  private final TreeMap<Integer, List<Entry>> levels = new TreeMap<>();

  /** Whether the levels are not those of the table: used by the worker alone. */
  private boolean stale = true;

  private long newestEpoch = Long.MIN_VALUE;

  private final ExecutorService worker;

  /** What is in the files of one kind of table. */
  public interface Merging {
    /** The header of a file's epochs. */
    EpochHeader header(DataFile file);

    /** One new file, which no commit names yet, in the place of these of consecutive epochs. */
    DataFile merge(List<DataFile> files, EpochHeader header);

    /** Whether rows are left out, so that the table is another one than before. */
    boolean changesRows();
  }

  private record Entry(DataFile file, EpochHeader header) {}

  /**
   * Begins with the files that the table has when the next epoch comes.
   *
   * @param every how many files of a level make one of the next
   */
  public Compactor(Path location, TableWriter table, Merging merging, int every) {
    this(
        location,
        table,
        merging,
        every,
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "compaction");
              thread.setDaemon(true);
              return thread;
            }));
  }

  Compactor(Path location, TableWriter table, Merging merging, int every, ExecutorService worker) {
    this.location = location;
    this.table = table;
    this.merging = merging;
    this.every = every;
    this.worker = worker;
  }

  /** A file of an epoch was committed. */
  public void added(DataFile file, EpochHeader header) {
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
        .map(file -> new Entry(file, merging.header(file)))
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
    if (!table.replace(paths, List.of(merged.file()), merging.changesRows())) {
      throw new IllegalStateException("Another process compacts " + location);
    }
    levels.get(level).subList(0, every).clear();
    levels.computeIfAbsent(level + 1, l -> new ArrayList<>()).add(merged);
  }

  private Entry merge(List<Entry> run) {
    EpochHeader header = run.stream().map(Entry::header).reduce(EpochHeader::upTo).orElseThrow();
    return new Entry(merging.merge(run.stream().map(Entry::file).toList(), header), header);
  }
}
