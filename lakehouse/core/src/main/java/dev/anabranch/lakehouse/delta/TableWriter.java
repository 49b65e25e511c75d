package dev.anabranch.lakehouse.delta;

import dev.anabranch.lakehouse.error.PlatformException;
import io.delta.kernel.Table;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.internal.types.DataTypeJsonSerDe;
import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits to one Delta table that others may write too. Commits are optimistic: the log store lets
 * one writer have a version, the others look at what won and go on behind it or give up. A commit
 * either becomes visible whole or not at all. Safe for use by several threads.
 *
 * <p>Files are appended right behind the version that was the last one a moment ago: that succeeds
 * only if it still is, so what was decided on still holds, and most commits have no rival. To look
 * first would be two requests more for each.
 */
public final class TableWriter {
  private static final Logger LOG = LoggerFactory.getLogger(TableWriter.class);
  private static final int CHECKPOINT_EVERY = 100;

  /** Commits are kept for a day: none behind the end of so long ago is gone again. */
  private static final Duration A_MOMENT = Duration.ofMinutes(10);

  /**
   * How long files that were replaced stay for those who read an older version: Delta's property
   * {@code delta.deletedFileRetentionDuration}. A version is answered from for minutes, not hours.
   */
  public static final String DELETED_FILE_RETENTION = "interval 2 hours";

  /** Commits do not wait for checkpoints. */
  private static final ExecutorService CHECKPOINTS =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "delta-checkpoints");
            thread.setDaemon(true);
            return thread;
          });

  private final Storage storage;
  private final Path table;
  private final StructType schema;
  private final Clock clock;
  private final TableTail tail;

  /** When the tail stood at the end of the log; empty: not known. */
  private Optional<Instant> atEnd = Optional.empty();

  private TableWriter(Storage storage, Path table, StructType schema, Clock clock) {
    this.storage = storage;
    this.table = table;
    this.schema = schema;
    this.clock = clock;
    this.tail = new TableTail(storage, table);
  }

  /** Opens the table, and makes it where there is none; several may do that at once. */
  public static TableWriter open(Storage storage, Path table, StructType schema, Clock clock) {
    TableWriter writer = new TableWriter(storage, table, schema, clock);
    writer.tail.poll();
    if (writer.tail.version() == TableTail.NONE) {
      writer.create();
      writer.tail.poll();
    }
    return writer;
  }

  /** Writes rows into a file of the table that no commit names yet. */
  public DataFile write(List<ColumnarBatch> rows) {
    return ParquetFiles.write(storage, table, rows);
  }

  /** Looks for the commits of others. */
  public synchronized List<Commit> refresh() {
    return tail.poll();
  }

  public synchronized long version() {
    return tail.version();
  }

  public synchronized List<DataFile> files() {
    return tail.files();
  }

  public synchronized Optional<Long> transaction(String application) {
    return tail.transaction(application);
  }

  /**
   * Adds files, whatever others commit meanwhile, once a transaction version: where the table holds
   * this or a later version of the application already, nothing happens.
   *
   * @return the version committed, or empty where there was nothing to do
   */
  public synchronized Optional<Long> append(
      List<DataFile> files, String application, long transactionVersion) {
    while (true) {
      pollUnlessAtTheEnd();
      if (tail.transaction(application).orElse(Long.MIN_VALUE) >= transactionVersion) {
        return Optional.empty();
      }
      List<String> lines = new ArrayList<>();
      lines.add(LogEntries.commitInfo("WRITE", clock.millis()));
      lines.add(LogEntries.transaction(application, transactionVersion));
      files.forEach(file -> lines.add(LogEntries.add(table, file, true)));
      if (tryCommit(tail.version() + 1, lines)) {
        return Optional.of(tail.version());
      }
    }
  }

  /** Adds files, whatever others commit meanwhile. */
  public synchronized long append(List<DataFile> files) {
    while (true) {
      pollUnlessAtTheEnd();
      List<String> lines = new ArrayList<>();
      lines.add(LogEntries.commitInfo("WRITE", clock.millis()));
      files.forEach(file -> lines.add(LogEntries.add(table, file, true)));
      if (tryCommit(tail.version() + 1, lines)) {
        return tail.version();
      }
    }
  }

  /**
   * Adds files as the very next version after the one that the caller has seen: false, and nothing
   * happened, where another writer had it first.
   */
  public synchronized boolean appendAfter(long seenVersion, List<DataFile> files) {
    if (tail.version() != seenVersion || tail.isBehindCut()) {
      return false;
    }
    List<String> lines = new ArrayList<>();
    lines.add(LogEntries.commitInfo("WRITE", clock.millis()));
    files.forEach(file -> lines.add(LogEntries.add(table, file, true)));
    return tryCommit(seenVersion + 1, lines);
  }

  /**
   * Puts files in the place of others.
   *
   * @param dataChange false where the rows mean the same before and after (a compaction), so that
   *     readers who have them need not read again
   * @return false where one of the files is no longer in the table; then nothing happened
   */
  public synchronized boolean replace(
      List<String> removed, List<DataFile> added, boolean dataChange) {
    while (true) {
      pollToTheEnd();
      if (!removed.stream().allMatch(tail::holds)) {
        return false;
      }
      List<String> lines = new ArrayList<>();
      lines.add(LogEntries.commitInfo(dataChange ? "DELETE" : "OPTIMIZE", clock.millis()));
      removed.forEach(
          path -> lines.add(LogEntries.remove(table, path, clock.millis(), dataChange)));
      added.forEach(file -> lines.add(LogEntries.add(table, file, dataChange)));
      if (tryCommit(tail.version() + 1, lines)) {
        return true;
      }
    }
  }

  /**
   * Takes out what the newest commits added under an application's transaction versions past one,
   * and sets the version back to that one, so that others may be appended in their place.
   */
  public synchronized void takeBack(String application, long toVersion) {
    while (true) {
      pollToTheEnd();
      if (tail.transaction(application).orElse(toVersion) <= toVersion) {
        return;
      }
      List<String> lines = new ArrayList<>();
      lines.add(LogEntries.commitInfo("RESTORE", clock.millis()));
      lines.add(LogEntries.transaction(application, toVersion));
      for (DataFile file : addedPast(application, toVersion)) {
        lines.add(LogEntries.remove(table, file.path(), clock.millis(), true));
      }
      if (tryCommit(tail.version() + 1, lines)) {
        return;
      }
    }
  }

  private List<DataFile> addedPast(String application, long toVersion) {
    List<DataFile> added = new ArrayList<>();
    for (long of = tail.version(); of > 0; of--) {
      Optional<Commit> commit = tail.commit(of);
      Optional<Long> transaction = commit.map(c -> c.transactions().get(application));
      if (commit.isPresent() && transaction.isEmpty()) {
        continue; // Not the application's: maintenance, say.
      }
      if (transaction.isEmpty() || transaction.get() <= toVersion) {
        break;
      }
      commit.get().added().stream().filter(file -> tail.holds(file.path())).forEach(added::add);
    }
    return added;
  }

  private void pollUnlessAtTheEnd() {
    Instant now = clock.instant();
    if (atEnd.filter(end -> !end.isAfter(now) && end.plus(A_MOMENT).isAfter(now)).isEmpty()) {
      pollToTheEnd();
    }
  }

  private void pollToTheEnd() {
    do {
      tail.poll();
    } while (tail.isBehindCut());
    atEnd = Optional.of(clock.instant());
  }

  private boolean tryCommit(long version, List<String> lines) {
    try {
      storage
          .logStore()
          .write(LogEntries.file(table, version), lines.iterator(), false, storage.hadoop());
    } catch (FileAlreadyExistsException lostTheRace) {
      atEnd = Optional.empty();
      return false;
    } catch (IOException e) {
      atEnd = Optional.empty();
      throw PlatformException.external(
          "Cannot commit version %d of %s: %s. %s"
              .formatted(version, table, e.getMessage(), storage.place().advice()),
          e);
    }
    tail.committed(version, lines);
    atEnd = Optional.of(clock.instant());
    if (version % CHECKPOINT_EVERY == 0) {
      CHECKPOINTS.execute(() -> checkpoint(version));
    }
    return true;
  }

  /** Only speeds up readers: a commit that stands is not lost for want of a checkpoint. */
  private void checkpoint(long version) {
    try {
      Table.forPath(storage.engine(), table.toString()).checkpoint(storage.engine(), version);
      storage.sync(LogEntries.checkpoint(table, version).toString());
    } catch (CheckpointAlreadyExistsException another) {
      LOG.debug("Checkpoint {} of {} exists", version, table);
    } catch (IOException | RuntimeException e) {
      LOG.warn("No checkpoint of {} at version {}: {}", table, version, e.toString());
    }
  }

  private void create() {
    long now = clock.millis();
    List<String> lines =
        List.of(
            LogEntries.commitInfo("CREATE TABLE", now),
            LogEntries.protocol(),
            LogEntries.metadata(
                UUID.randomUUID().toString(),
                DataTypeJsonSerDe.serializeDataType(schema),
                Map.of(
                    "delta.checkpointInterval",
                    String.valueOf(CHECKPOINT_EVERY),
                    "delta.logRetentionDuration",
                    "interval 1 days",
                    "delta.deletedFileRetentionDuration",
                    DELETED_FILE_RETENTION),
                now));
    try {
      storage
          .logStore()
          .write(LogEntries.file(table, 0), lines.iterator(), false, storage.hadoop());
    } catch (FileAlreadyExistsException madeByAnother) {
      LOG.debug("{} exists", table);
    } catch (IOException e) {
      throw PlatformException.external(
          "Cannot make the table %s: %s".formatted(table, e.getMessage()), e);
    }
  }
}
