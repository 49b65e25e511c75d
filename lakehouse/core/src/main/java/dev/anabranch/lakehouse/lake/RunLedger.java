package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The ledger of batch runs, in {@code batch/runs}. Every change of a run's state is a commit right
 * behind the state that it was decided on, so whoever asks, from whichever process, at most one run
 * is running, and a run ends once. Safe for use by several threads.
 */
public final class RunLedger {
  private final Storage storage;
  private final TableWriter table;
  private final Clock clock;
  private final Map<String, BatchRun> runs = new HashMap<>();

  private RunLedger(Storage storage, TableWriter table, Clock clock) {
    this.storage = storage;
    this.table = table;
    this.clock = clock;
    table.files().forEach(this::apply);
  }

  /** Opens the ledger, and makes it where there is none. */
  public static RunLedger open(Storage storage, LakeLayout lake, Clock clock) {
    TableWriter table = TableWriter.open(storage, lake.batchRuns(), RunFiles.SCHEMA, clock);
    return new RunLedger(storage, table, clock);
  }

  /** Where a run would begin: a committed speed epoch and its until offsets. */
  public record Boundary(long epoch, Offsets offsets) {}

  /** What came of asking for a run. */
  public sealed interface Claim {
    /** The run is running now, for this call. */
    record Started(BatchRun run) implements Claim {}

    /** A run of that id runs or has succeeded. */
    record AlreadyThere(BatchRun run) implements Claim {}

    /** Another run is running. */
    record Busy(BatchRun other) implements Claim {}
  }

  /**
   * Asks for a run: a new one with the boundary given, or one that had failed or was cancelled,
   * which goes on with the boundary that it had.
   *
   * @param runId empty: an id is made of the time
   */
  public synchronized Claim claim(Optional<String> runId, Supplier<Boundary> boundary) {
    while (true) {
      refresh();
      String id = runId.orElseGet(this::freshId);
      Optional<BatchRun> known = find(id);
      if (known.isPresent()
          && (known.get().state() == BatchRun.State.RUNNING
              || known.get().state() == BatchRun.State.SUCCEEDED)) {
        return new Claim.AlreadyThere(known.get());
      }
      Optional<BatchRun> other = running();
      if (other.isPresent()) {
        return new Claim.Busy(other.get());
      }
      BatchRun run =
          known.map(RunLedger::nextAttempt).orElseGet(() -> firstAttempt(id, boundary.get()));
      if (commit(run)) {
        return new Claim.Started(run);
      }
    }
  }

  /** Ends a running run; false where this attempt no longer runs (it was cancelled, say). */
  public synchronized boolean finish(
      BatchRun run,
      BatchRun.State state,
      Optional<BatchRun.Figures> figures,
      SortedMap<String, Long> versions,
      Optional<String> error) {
    while (true) {
      refresh();
      BatchRun current = runs.get(run.runId());
      if (current == null
          || current.state() != BatchRun.State.RUNNING
          || current.attempt() != run.attempt()) {
        return false;
      }
      BatchRun ended =
          new BatchRun(
              run.runId(),
              run.attempt(),
              state,
              run.boundary(),
              run.boundaryEpoch(),
              run.startedAt(),
              Optional.of(now()),
              figures,
              versions,
              error);
      if (commit(ended)) {
        return true;
      }
    }
  }

  /**
   * Cancels a run where it is running; its state afterwards, whatever it is, or empty: no such run.
   */
  public synchronized Optional<BatchRun> cancel(String runId) {
    refresh();
    Optional<BatchRun> run = find(runId);
    run.filter(r -> r.state() == BatchRun.State.RUNNING)
        .ifPresent(
            r ->
                finish(
                    r,
                    BatchRun.State.CANCELLED,
                    Optional.empty(),
                    new TreeMap<>(),
                    Optional.empty()));
    return find(runId);
  }

  /** Looks for changes by others. */
  public synchronized void refresh() {
    for (Commit commit : table.refresh()) {
      commit.added().forEach(this::apply);
    }
  }

  /** Version of {@code batch/runs} up to which this ledger has looked. */
  public synchronized long version() {
    return table.version();
  }

  /** All runs, newest first. */
  public synchronized List<BatchRun> runs() {
    return runs.values().stream()
        .sorted(Comparator.comparing(BatchRun::startedAt).thenComparing(BatchRun::runId).reversed())
        .toList();
  }

  public synchronized Optional<BatchRun> find(String runId) {
    return Optional.ofNullable(runs.get(runId));
  }

  public synchronized Optional<BatchRun> running() {
    return runs.values().stream().filter(r -> r.state() == BatchRun.State.RUNNING).findAny();
  }

  /**
   * The run that answers come from: of those that have succeeded, the one with the furthest
   * boundary (of equal ones, the one that finished last).
   */
  public synchronized Optional<BatchRun> published() {
    return succeeded()
        .max(
            Comparator.comparing(BatchRun::boundaryEpoch)
                .thenComparing(r -> r.finishedAt().orElseThrow()));
  }

  /**
   * Of the runs whose tables hold nothing past a boundary, the one that goes furthest. A run that
   * was counted only is none of them: its versions are those of a run with a further boundary.
   */
  public synchronized Optional<BatchRun> publishedWithin(Offsets boundary) {
    return succeeded()
        .filter(run -> boundary.reaches(run.boundary()))
        .filter(run -> succeeded().noneMatch(other -> isFurtherWithSameTables(other, run)))
        .max(Comparator.comparing(BatchRun::boundaryEpoch));
  }

  private static boolean isFurtherWithSameTables(BatchRun other, BatchRun run) {
    return other.boundaryEpoch() > run.boundaryEpoch() && other.versions().equals(run.versions());
  }

  private Stream<BatchRun> succeeded() {
    return runs.values().stream().filter(run -> run.state() == BatchRun.State.SUCCEEDED);
  }

  private boolean commit(BatchRun run) {
    long seen = table.version();
    DataFile file = RunFiles.write(table, run);
    boolean won = table.appendAfter(seen, List.of(file));
    if (won) {
      runs.put(run.runId(), run);
    }
    return won;
  }

  private void apply(DataFile file) {
    for (BatchRun run : RunFiles.read(storage, file)) {
      runs.merge(run.runId(), run, RunLedger::later);
    }
  }

  /** Files of a snapshot come in no order: an attempt's end is later than its start. */
  private static BatchRun later(BatchRun left, BatchRun right) {
    if (left.attempt() != right.attempt()) {
      return left.attempt() > right.attempt() ? left : right;
    }
    return left.state() == BatchRun.State.RUNNING ? right : left;
  }

  private BatchRun firstAttempt(String id, Boundary boundary) {
    return new BatchRun(
        id,
        1,
        BatchRun.State.RUNNING,
        boundary.offsets(),
        boundary.epoch(),
        now(),
        Optional.empty(),
        Optional.empty(),
        new TreeMap<>(),
        Optional.empty());
  }

  private static BatchRun nextAttempt(BatchRun run) {
    return new BatchRun(
        run.runId(),
        run.attempt() + 1,
        BatchRun.State.RUNNING,
        run.boundary(),
        run.boundaryEpoch(),
        run.startedAt(),
        Optional.empty(),
        Optional.empty(),
        new TreeMap<>(),
        Optional.empty());
  }

  private String freshId() {
    Instant time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    while (runs.containsKey(time.toString())) {
      time = time.plusMillis(1);
    }
    return time.toString();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
