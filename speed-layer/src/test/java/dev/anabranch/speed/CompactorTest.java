package dev.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.kappa.TileMerging;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.TileFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactorTest {
  @TempDir Path folder;

  private final Storage storage = Storage.local();
  private final ExecutorService worker = Executors.newSingleThreadExecutor();
  private org.apache.hadoop.fs.Path location;
  private TableWriter table;

  @BeforeEach
  void makeTable() {
    location = new LakeLayout(folder.toUri()).kappaTiles(1);
    table = TableWriter.open(storage, location, TileFiles.SCHEMA, Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    worker.shutdownNow();
  }

  @Test
  void mergesWhatWasThereBeforeAndWhatComes() throws Exception {
    commit(0);
    commit(1);
    try (Compactor compactor = compactor()) {
      // Both are committed before the first is looked at.
      DataFile third = commit(2);
      DataFile fourth = commit(3);
      compactor.added(third, header(2));
      compactor.added(fourth, header(3));
      awaitWorker();
      assertThat(epochs()).containsExactly(List.of(0L, 3L));
    }
  }

  @Test
  void goesOnAfterAFailure() throws Exception {
    DataFile first = commit(0);
    Path file = Path.of(new org.apache.hadoop.fs.Path(first.path()).toUri().getPath());
    Path away = folder.resolve("away");
    Files.move(file, away);
    try (Compactor compactor = compactor()) {
      compactor.added(commit(1), header(1));
      compactor.added(commit(2), header(2));
      awaitWorker();
      Files.move(away, file);
      assertThat(epochs()).as("merged over the gap").hasSize(3);
      compactor.added(commit(3), header(3));
      awaitWorker();
      assertThat(epochs()).containsExactly(List.of(0L, 3L));
    }
  }

  private Compactor compactor() {
    return new Compactor(location, table, new TileMerging(storage, location), 2, worker);
  }

  private void awaitWorker() throws Exception {
    worker.submit(() -> {}).get();
  }

  private List<List<Long>> epochs() {
    return table.files().stream()
        .map(file -> TileFiles.read(storage, file, List.of()).header())
        .sorted(Comparator.comparing(EpochHeader::epoch))
        .map(header -> List.of(header.firstEpoch(), header.epoch()))
        .toList();
  }

  private DataFile commit(long epoch) {
    DataFile file = TileFiles.write(storage, location, header(epoch), Map.of());
    table.append(List.of(file));
    return file;
  }

  private static EpochHeader header(long epoch) {
    return new EpochHeader(
        epoch,
        epoch,
        Offsets.of(Map.of(0, epoch)),
        Offsets.of(Map.of(0, epoch + 1)),
        OptionalLong.empty(),
        0,
        0,
        0,
        0,
        OptionalLong.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>());
  }
}
