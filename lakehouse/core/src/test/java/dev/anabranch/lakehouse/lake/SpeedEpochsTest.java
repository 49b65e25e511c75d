package dev.anabranch.lakehouse.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedEpochsTest {
  private static final Offsets BEGINNING = Offsets.of(Map.of(0, 7L, 1, 0L));

  @TempDir Path folder;
  private final Storage storage = Storage.local();
  private final List<DataFile> files = new ArrayList<>();
  private LakeLayout lake;

  @BeforeEach
  void layOut() {
    lake = new LakeLayout(folder.toUri());
  }

  @Test
  void thereIsNoneBeforeTheFirst() {
    SpeedEpochs epochs = new SpeedEpochs(storage, lake);
    assertThat(epochs.newest()).isEmpty();
    assertThat(epochs.beginning()).isEmpty();
    TableWriter table = table();
    assertThat(epochs.newest()).isEmpty();
    append(table, EpochHeader.beginning(BEGINNING));
    assertThat(epochs.newest()).contains(EpochHeader.beginning(BEGINNING));
    assertThat(epochs.beginning()).contains(BEGINNING);
  }

  @Test
  void theNewestIsFollowedAndFoundAgainBehindCompactions() {
    TableWriter table = table();
    append(table, EpochHeader.beginning(BEGINNING));
    SpeedEpochs following = new SpeedEpochs(storage, lake);
    for (long epoch = 1; epoch <= 5; epoch++) {
      append(table, epoch(epoch, epoch));
      assertThat(following.newest()).contains(epoch(epoch, epoch));
    }
    compact(table, 0, 4);
    assertThat(following.newest()).contains(epoch(5, 5));
    assertFresh(5);
    compact(table, 0, 2);
    assertThat(following.newest().orElseThrow().epoch()).isEqualTo(5);
    assertFresh(5);
    append(table, epoch(6, 6));
    assertThat(following.newest()).contains(epoch(6, 6));
  }

  @Test
  void theNewestIsFoundWhereTheLogWasCutBehindACheckpoint() throws Exception {
    TableWriter table = table();
    append(table, EpochHeader.beginning(BEGINNING));
    for (long epoch = 1; epoch <= 5; epoch++) {
      append(table, epoch(epoch, epoch));
    }
    compact(table, 0, 3);
    long last = table.version();
    io.delta.kernel.Table.forPath(storage.engine(), lake.speedTiles().toString())
        .checkpoint(storage.engine(), last);
    for (long version = 0; version < last; version++) {
      Files.delete(folder.resolve("speed/tiles/_delta_log/%020d.json".formatted(version)));
    }
    assertFresh(5);
  }

  private void assertFresh(long newest) {
    SpeedEpochs fresh = new SpeedEpochs(storage, lake);
    assertThat(fresh.newest().orElseThrow().epoch()).isEqualTo(newest);
    assertThat(fresh.beginning()).contains(BEGINNING);
  }

  private TableWriter table() {
    return TableWriter.open(storage, lake.speedTiles(), TileFiles.SCHEMA, Clock.systemUTC());
  }

  private void append(TableWriter table, EpochHeader header) {
    DataFile file = TileFiles.write(storage, lake.speedTiles(), header, Map.of());
    table.append(List.of(file), "speed", header.epoch());
    files.add(file);
  }

  /** Puts one file in the place of {@code count} from {@code first} on. */
  private void compact(TableWriter table, int first, int count) {
    List<DataFile> old = List.copyOf(files.subList(first, first + count));
    EpochHeader header =
        old.stream()
            .map(file -> TileFiles.read(storage, file, List.of()).header())
            .reduce(EpochHeader::upTo)
            .orElseThrow();
    DataFile merged = TileFiles.write(storage, lake.speedTiles(), header, Map.of());
    assertThat(table.replace(old.stream().map(DataFile::path).toList(), List.of(merged), false))
        .isTrue();
    files.removeAll(old);
    files.add(first, merged);
  }

  private static EpochHeader epoch(long first, long last) {
    return new EpochHeader(
        first,
        last,
        Offsets.of(Map.of(0, 7 + (first - 1) * 10, 1, first - 1)),
        Offsets.of(Map.of(0, 7 + last * 10, 1, last)),
        OptionalLong.empty(),
        last,
        0,
        0,
        0,
        OptionalLong.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>());
  }
}
