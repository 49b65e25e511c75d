package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.delta.Vectors;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The generations of the Kappa views, in {@code kappa/generations}: a row for each change of state,
 * committed right behind the state that it was decided on. A switch is one commit: the new one is
 * active and the old one dropped at the same instant. Safe for use by several threads.
 */
public final class GenerationLedger {
  private static final StructType SCHEMA =
      new StructType().add("generation", LongType.LONG).add("state", StringType.STRING);

  private final Storage storage;
  private final TableWriter table;
  private final SortedMap<Long, Generation> generations = new TreeMap<>();

  private GenerationLedger(Storage storage, TableWriter table) {
    this.storage = storage;
    this.table = table;
    table.files().forEach(this::apply);
  }

  /** Opens the ledger, and makes it where there is none. */
  public static GenerationLedger open(Storage storage, LakeLayout lake, Clock clock) {
    return new GenerationLedger(
        storage, TableWriter.open(storage, lake.kappaGenerations(), SCHEMA, clock));
  }

  /** Looks for changes by others. */
  public synchronized void refresh() {
    for (Commit commit : table.refresh()) {
      commit.added().forEach(this::apply);
    }
  }

  /** The generation that readers see. */
  public synchronized Optional<Generation> active() {
    return last(Generation.State.ACTIVE);
  }

  /** The generation that reads to take over. */
  public synchronized Optional<Generation> building() {
    return last(Generation.State.BUILDING);
  }

  public synchronized List<Generation> all() {
    return List.copyOf(generations.values());
  }

  /** The first generation, active from the start; the one there is where another made it. */
  public synchronized Generation first() {
    while (true) {
      refresh();
      if (active().isPresent()) {
        return active().get();
      }
      commit(List.of(new Generation(1, Generation.State.ACTIVE)));
    }
  }

  /** A new generation to be built; the one that is being built where there is one. */
  public synchronized Generation request() {
    while (true) {
      refresh();
      if (building().isPresent()) {
        return building().get();
      }
      long next = generations.isEmpty() ? 1 : generations.lastKey() + 1;
      commit(List.of(new Generation(next, Generation.State.BUILDING)));
    }
  }

  /** The generation is not built on; nothing happens where readers see it already. */
  public synchronized void giveUp(Generation building) {
    while (true) {
      refresh();
      Generation known = generations.get(building.number());
      if (known == null || known.state() != Generation.State.BUILDING) {
        return;
      }
      commit(List.of(new Generation(building.number(), Generation.State.DROPPED)));
    }
  }

  /** Readers change from the active generation to the one that was built. */
  public synchronized void switchTo(Generation built) {
    while (true) {
      refresh();
      Optional<Generation> active = active();
      if (active.isPresent() && active.get().number() >= built.number()) {
        return;
      }
      List<Generation> change = new ArrayList<>();
      active.ifPresent(a -> change.add(new Generation(a.number(), Generation.State.DROPPED)));
      change.add(new Generation(built.number(), Generation.State.ACTIVE));
      commit(change);
    }
  }

  private Optional<Generation> last(Generation.State state) {
    return generations.values().stream()
        .filter(g -> g.state() == state)
        .reduce((earlier, later) -> later);
  }

  private void commit(Collection<Generation> change) {
    List<Generation> rows = List.copyOf(change);
    List<ColumnVector> columns =
        List.of(
            Vectors.longs(LongType.LONG, rows.size(), row -> rows.get(row).number()),
            Vectors.texts(rows.size(), row -> rows.get(row).state().wireName()));
    long seen = table.version();
    DataFile file = table.write(List.of(Vectors.batch(SCHEMA, rows.size(), columns)));
    if (table.appendAfter(seen, List.of(file))) {
      rows.forEach(this::put);
    }
  }

  private void apply(DataFile file) {
    ParquetFiles.read(
        storage,
        file,
        SCHEMA,
        batch -> {
          for (int row = 0; row < batch.getSize(); row++) {
            put(
                new Generation(
                    batch.getColumnVector(0).getLong(row),
                    Generation.State.ofWireName(batch.getColumnVector(1).getString(row))));
          }
        });
  }

  private void put(Generation generation) {
    generations.merge(
        generation.number(),
        generation,
        (left, right) -> left.state().compareTo(right.state()) >= 0 ? left : right);
  }
}
