package dev.anabranch.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.Views;
import dev.anabranch.serving.query.RandomEvents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochFollowerTest {
  @TempDir Path folder;

  private final Storage storage = Storage.local();
  private org.apache.hadoop.fs.Path table;
  private TableWriter writer;
  private final List<DataFile> files = new ArrayList<>();

  @BeforeEach
  void makeTable() {
    table = new LakeLayout(folder.toUri()).kappaTiles(1);
    writer = TableWriter.open(storage, table, TileFiles.SCHEMA, Clock.systemUTC());
  }

  private static Offsets at(long offset) {
    return Offsets.of(Map.of(0, offset));
  }

  private static EpochHeader header(long first, long last) {
    return new EpochHeader(
        first,
        last,
        at(10 * first),
        at(10 * (last + 1)),
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

  private DataFile write(long first, long last) {
    Map<String, Tiles> tiles = RandomEvents.tiles(RandomEvents.of(last, 0, 10, 10));
    return TileFiles.write(storage, table, header(first, last), tiles);
  }

  private void commit(long epoch) {
    files.add(write(epoch, epoch));
    writer.append(List.of(files.get(files.size() - 1)));
  }

  private static List<Long> numbers(List<EpochFollower.Entry> entries) {
    return entries.stream().map(EpochFollower.Entry::epoch).toList();
  }

  @Test
  void givesEpochsInOrderUpToAGap() {
    EpochFollower follower = new EpochFollower(storage, table);
    follower.poll();
    assertThat(follower.caughtUp()).isTrue();
    commit(0);
    commit(1);
    commit(3);
    follower.poll();
    assertThat(numbers(follower.after(-1))).containsExactly(0L, 1L);
    assertThat(follower.newest().orElseThrow().epoch()).isEqualTo(3);
    commit(2);
    follower.poll();
    assertThat(numbers(follower.after(0))).containsExactly(1L, 2L, 3L);
    follower.forget(1);
    assertThat(follower.after(0)).isEmpty();
    assertThat(numbers(follower.after(1))).containsExactly(2L, 3L);
  }

  @Test
  void mergedFilesAreNotReadAgain() {
    commit(0);
    commit(1);
    EpochFollower follower = new EpochFollower(storage, table);
    follower.poll();
    assertThat(writer.replace(paths(0, 2), List.of(write(0, 1)), false)).isTrue();
    commit(2);
    follower.poll();
    assertThat(numbers(follower.after(-1))).containsExactly(0L, 1L, 2L);
    EpochFollower late = new EpochFollower(storage, table);
    late.poll();
    assertThat(numbers(late.after(-1))).containsExactly(1L, 2L);
  }

  @Test
  void startsOverWhereFilesWereMergedBeforeTheyWereRead() throws Exception {
    commit(0);
    EpochFollower follower = new EpochFollower(storage, table);
    follower.poll();
    commit(1);
    commit(2);
    assertThat(writer.replace(paths(1, 3), List.of(write(1, 2)), false)).isTrue();
    for (String path : paths(1, 3)) {
      Files.delete(Path.of(new org.apache.hadoop.fs.Path(path).toUri().getPath()));
    }
    follower.poll();
    assertThat(follower.failure()).isPresent();
    follower.poll();
    assertThat(follower.failure()).isEmpty();
    assertThat(follower.caughtUp()).isTrue();
    assertThat(numbers(follower.after(-1))).containsExactly(0L, 2L);
  }

  /** 10 events make at most 10 rows a view: two or three epochs stay in memory. */
  private static final long FEW_ROWS = 45;

  @Test
  void epochsThatLeftMemoryAreReadAgain() {
    for (int epoch = 0; epoch < 12; epoch++) {
      commit(epoch);
    }
    EpochFollower follower = new EpochFollower(storage, table, FEW_ROWS);
    follower.poll();
    List<EpochFollower.Entry> all = follower.after(-1);
    assertThat(numbers(all)).containsExactlyElementsOf(LongStream.range(0, 12).boxed().toList());
    assertThat(all.stream().filter(entry -> entry.known().isPresent()).count()).isBetween(1L, 4L);
    for (EpochFollower.Entry entry : all) {
      assertThat(entry.read(storage).tiles())
          .usingRecursiveComparison()
          .isEqualTo(TileFiles.read(storage, files.get((int) entry.epoch()), Views.ALL).tiles());
    }
  }

  @Test
  void aMergedFileThatComesAfterNewerEpochsTakesNoMoreMemoryThanOthers() {
    for (int epoch = 0; epoch < 12; epoch++) {
      commit(epoch);
    }
    assertThat(writer.replace(paths(0, 6), List.of(write(0, 5)), false)).isTrue();
    EpochFollower follower = new EpochFollower(storage, table, FEW_ROWS);
    follower.poll();
    assertThat(follower.failure()).isEmpty();
    assertThat(follower.caughtUp()).isTrue();
    assertThat(numbers(follower.after(-1))).containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L);
  }

  @Test
  void passesOverFilesOfUnwantedEpochsUntilOneIsMissed() throws Exception {
    for (int epoch = 0; epoch < 60; epoch++) {
      commit(epoch);
    }
    EpochFollower follower = new EpochFollower(storage, table);
    follower.poll(49);
    assertThat(follower.caughtUp()).isTrue();
    assertThat(numbers(follower.after(49))).hasSize(10);
    assertThat(follower.startingWith(0)).as("an epoch far below the unwanted one").isEmpty();
    assertThat(follower.readPassedOver()).isTrue();
    assertThat(follower.caughtUp()).isFalse();
    follower.poll(49);
    assertThat(numbers(follower.after(-1))).hasSize(60);
    assertThat(follower.readPassedOver()).isFalse();
  }

  private List<String> paths(int from, int to) {
    return files.subList(from, to).stream().map(DataFile::path).toList();
  }
}
