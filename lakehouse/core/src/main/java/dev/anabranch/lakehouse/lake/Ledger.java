package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import io.delta.kernel.types.StructType;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * Runs of one kind, in a table of their own, one row for each change of a run's state. Every change
 * is a commit right behind the state that it was decided on, so whoever asks, from whichever
 * process, at most one run is running, and a run ends once. Safe for use by several threads.
 *
 * @param <R> the kind of run
 */
public final class Ledger<R extends Run<R>> {
  private final Storage storage;
  private final Rows<R> rows;
  private final TableWriter table;
  private final Clock clock;
  private final Map<String, R> runs = new HashMap<>();

  /** How runs of a kind are written and read. */
  interface Rows<R> {
    StructType schema();

    /** A file of the table that holds this run alone. */
    DataFile write(TableWriter table, R run);

    List<R> read(Storage storage, DataFile file);
  }

  /** Opens the ledger, and makes its table where there is none. */
  Ledger(Storage storage, Path path, Rows<R> rows, Clock clock) {
    this.storage = storage;
    this.rows = rows;
    this.table = TableWriter.open(storage, path, rows.schema(), clock);
    this.clock = clock;
    table.files().forEach(this::apply);
  }

  /**
   * Asks for a run: a new one, or one that had failed or was cancelled, which goes on.
   *
   * @param runId empty: an id is made of the time
   * @param first makes the first attempt of a new run, of its id
   */
  synchronized Claim<R> claim(Optional<String> runId, Function<String, R> first) {
    while (true) {
      refresh();
      String id = runId.orElseGet(this::freshId);
      Optional<R> known = find(id);
      if (known.isPresent()
          && (known.get().state() == RunState.RUNNING
              || known.get().state() == RunState.SUCCEEDED)) {
        return new Claim.AlreadyThere<>(known.get());
      }
      Optional<R> other = running();
      if (other.isPresent()) {
        return new Claim.Busy<>(other.get());
      }
      R run = known.map(Run::nextAttempt).orElseGet(() -> first.apply(id));
      if (commit(run)) {
        return new Claim.Started<>(run);
      }
    }
  }

  /**
   * Ends a running attempt; false where it no longer runs (it was cancelled, say).
   *
   * @param ended makes its end, of the instant
   */
  synchronized boolean end(R attempt, Function<Instant, R> ended) {
    while (true) {
      refresh();
      if (!isRunning(attempt)) {
        return false;
      }
      if (commit(ended.apply(now()))) {
        return true;
      }
    }
  }

  /**
   * Cancels a run where it is running; its state afterwards, whatever it is, or empty: no such run.
   */
  public synchronized Optional<R> cancel(String runId) {
    refresh();
    Optional<R> run = find(runId);
    if (run.isPresent() && run.get().state() == RunState.RUNNING) {
      end(run.get(), run.get()::cancelled);
    }
    return find(runId);
  }

  /** Looks for changes by others. */
  public synchronized void refresh() {
    for (Commit commit : table.refresh()) {
      commit.added().forEach(this::apply);
    }
  }

  /** The table's version up to which this ledger has looked. */
  public synchronized long version() {
    return table.version();
  }

  /** All runs, newest first. */
  public synchronized List<R> runs() {
    return runs.values().stream()
        .sorted(
            Comparator.comparing((R run) -> run.startedAt()).thenComparing(Run::runId).reversed())
        .toList();
  }

  public synchronized Optional<R> find(String runId) {
    return Optional.ofNullable(runs.get(runId));
  }

  public synchronized Optional<R> running() {
    return runs.values().stream().filter(run -> run.state() == RunState.RUNNING).findAny();
  }

  /** Whether this attempt is running, as far as this ledger has looked. */
  public synchronized boolean isRunning(R attempt) {
    return find(attempt.runId())
        .filter(run -> run.state() == RunState.RUNNING && run.attempt() == attempt.attempt())
        .isPresent();
  }

  synchronized List<R> succeeded() {
    return runs.values().stream().filter(run -> run.state() == RunState.SUCCEEDED).toList();
  }

  /** The present instant, as precise as the table can hold it. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private boolean commit(R run) {
    long seen = table.version();
    boolean won = table.appendAfter(seen, List.of(rows.write(table, run)));
    if (won) {
      runs.put(run.runId(), run);
    }
    return won;
  }

  private void apply(DataFile file) {
    for (R run : rows.read(storage, file)) {
      runs.merge(run.runId(), run, Ledger::later);
    }
  }

  /** Files of a snapshot come in no order: an attempt's end is later than its start. */
  private static <R extends Run<R>> R later(R left, R right) {
    if (left.attempt() != right.attempt()) {
      return left.attempt() > right.attempt() ? left : right;
    }
    return left.state() == RunState.RUNNING ? right : left;
  }

  /** An id that no run has yet, made of the time. */
  public synchronized String freshId() {
    Instant start = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return Stream.iterate(start, time -> time.plusMillis(1))
        .map(Instant::toString)
        .filter(id -> !runs.containsKey(id))
        .findFirst()
        .orElseThrow();
  }
}
