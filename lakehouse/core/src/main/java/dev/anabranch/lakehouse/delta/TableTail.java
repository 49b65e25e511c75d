package dev.anabranch.lakehouse.delta;

import dev.anabranch.lakehouse.error.PlatformException;
import io.delta.kernel.Table;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Follows the log of one Delta table, commit by commit. The first look reads the table as it stands
 * (Delta Kernel: checkpoint and commits); each later one asks for the next commit file by its name,
 * so nothing is listed again. Where that was deleted meanwhile, as happens to commits that are
 * older than the table's retention and behind a checkpoint, the table is read anew as it stands.
 * Not safe for use by several threads at once.
 */
public final class TableTail {
  /** The version of a table that does not exist. */
  public static final long NONE = -1;

  /**
   * Looks in quick succession after which one asks whether the log was cut: commits are kept for a
   * day.
   */
  private static final int QUICK_LOOKS = 64;

  private static final long QUICK_NANOS = Duration.ofSeconds(1).toNanos();

  private final Storage storage;
  private final Path table;
  private final Map<String, DataFile> files = new LinkedHashMap<>();
  private final Map<String, Long> transactions = new HashMap<>();
  private long version = NONE;
  private int quickLooks;
  private long lastLook = System.nanoTime();

  public TableTail(Storage storage, Path table) {
    this.storage = storage;
    this.table = table;
  }

  /** The last version that was seen, or {@link #NONE}. */
  public long version() {
    return version;
  }

  /** Files of the table at {@link #version}, in the order in which they came. */
  public List<DataFile> files() {
    return List.copyOf(files.values());
  }

  public boolean holds(String path) {
    return files.containsKey(path);
  }

  /** The last transaction version of an application at {@link #version}. */
  public Optional<Long> transaction(String application) {
    if (!transactions.containsKey(application) && version != NONE) {
      snapshotTransaction(application).ifPresent(last -> transactions.put(application, last));
    }
    return Optional.ofNullable(transactions.get(application));
  }

  /**
   * Commits after {@link #version}, oldest first; the first one of an existing table is a snapshot,
   * and so is one behind commits that are gone.
   */
  public List<Commit> poll() {
    return poll(Long.MAX_VALUE);
  }

  /** As {@link #poll()}, up to a version, inclusive. */
  public List<Commit> poll(long upTo) {
    List<Commit> commits = new ArrayList<>();
    try {
      if (version == NONE) {
        if (upTo == NONE || !anyLog()) {
          return commits;
        }
        snapshot(upTo).ifPresent(commits::add);
      }
      while (version != NONE && version < upTo) {
        Optional<Commit> next = read(version + 1);
        if (next.isPresent()) {
          apply(next.get());
        } else if (isTimeToAsk() && isCut()) {
          next = snapshot(upTo);
        }
        if (next.isEmpty()) {
          break;
        }
        commits.add(next.get());
      }
      return commits;
    } catch (IOException | RuntimeException e) {
      if (!commits.isEmpty()) {
        // These are applied and come once: the trouble comes again at the next look.
        return commits;
      }
      throw PlatformException.external(
          "Cannot read the log of %s after version %d: %s"
              .formatted(table, version, e.getMessage()),
          e);
    }
  }

  /**
   * What one version at or before {@link #version} changed; empty where the log no longer holds it.
   */
  public Optional<Commit> commit(long of) {
    try {
      return read(of);
    } catch (IOException e) {
      throw PlatformException.external(
          "Cannot read version %d of the log of %s: %s".formatted(of, table, e.getMessage()), e);
    }
  }

  /** What this process has committed itself, right behind {@link #version}: it need not be read. */
  void committed(long of, List<String> lines) {
    apply(LogEntries.parse(table, of, lines.iterator()));
  }

  /** Forgets everything: the next poll reads the table anew. */
  public void reset() {
    files.clear();
    transactions.clear();
    version = NONE;
  }

  /**
   * Whether commits after {@link #version} were made and are gone. A writer must not commit then:
   * the next version is free, but it lies behind a checkpoint, where nobody sees it.
   */
  boolean isBehindCut() {
    try {
      if (isCut()) {
        quickLooks = QUICK_LOOKS;
        return true;
      }
      return false;
    } catch (IOException e) {
      throw PlatformException.external(
          "Cannot read the last checkpoint of %s: %s".formatted(table, e.getMessage()), e);
    }
  }

  private boolean isTimeToAsk() {
    long now = System.nanoTime();
    boolean quick = now - lastLook < QUICK_NANOS;
    lastLook = now;
    quickLooks = quick ? quickLooks + 1 : QUICK_LOOKS;
    if (quickLooks < QUICK_LOOKS) {
      return false;
    }
    quickLooks = 0;
    return true;
  }

  /** Whether the next commit was made and is gone: then a checkpoint lies behind it. */
  private boolean isCut() throws IOException {
    Optional<byte[]> last = storage.read(new Path(table, "_delta_log/_last_checkpoint"));
    return last.isPresent()
        && LogEntries.checkpointVersion(new String(last.get(), StandardCharsets.UTF_8)) > version
        && storage.read(LogEntries.file(table, version + 1)).isEmpty();
  }

  private boolean anyLog() throws IOException {
    return storage.read(LogEntries.file(table, 0)).isPresent()
        || storage.read(new Path(table, "_delta_log/_last_checkpoint")).isPresent();
  }

  private Optional<Commit> read(long of) throws IOException {
    return storage
        .read(LogEntries.file(table, of))
        .map(
            bytes ->
                LogEntries.parse(
                    table, of, new String(bytes, StandardCharsets.UTF_8).lines().iterator()));
  }

  private Optional<Commit> snapshot(long upTo) throws IOException {
    try {
      Table kernelTable = Table.forPath(storage.engine(), table.toString());
      SnapshotImpl snapshot =
          (SnapshotImpl)
              (upTo == Long.MAX_VALUE
                  ? kernelTable.getLatestSnapshot(storage.engine())
                  : kernelTable.getSnapshotAsOfVersion(storage.engine(), upTo));
      List<DataFile> live = new ArrayList<>();
      try (CloseableIterator<FilteredColumnarBatch> batches =
          snapshot.getScanBuilder(storage.engine()).build().getScanFiles(storage.engine())) {
        while (batches.hasNext()) {
          try (CloseableIterator<Row> rows = batches.next().getRows()) {
            while (rows.hasNext()) {
              Row row = rows.next();
              FileStatus status = InternalScanFileUtils.getAddFileStatus(row);
              live.add(
                  new DataFile(
                      status.getPath(),
                      status.getSize(),
                      status.getModificationTime(),
                      withoutNulls(InternalScanFileUtils.getPartitionValues(row)),
                      -1));
            }
          }
        }
      }
      Commit commit =
          new Commit(snapshot.getVersion(storage.engine()), true, live, List.of(), Map.of(), true);
      apply(commit);
      return Optional.of(commit);
    } catch (TableNotFoundException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> withoutNulls(Map<String, String> values) {
    Map<String, String> result = new HashMap<>(values);
    result.values().removeIf(java.util.Objects::isNull);
    return result;
  }

  private Optional<Long> snapshotTransaction(String application) {
    SnapshotImpl snapshot =
        (SnapshotImpl)
            Table.forPath(storage.engine(), table.toString())
                .getSnapshotAsOfVersion(storage.engine(), version);
    return snapshot.getLatestTransactionVersion(storage.engine(), application);
  }

  private void apply(Commit commit) {
    if (commit.snapshot()) {
      files.clear();
      transactions.clear();
    }
    commit.removed().forEach(files::remove);
    commit.added().forEach(file -> files.put(file.path(), file));
    transactions.putAll(commit.transactions());
    version = commit.version();
  }
}
