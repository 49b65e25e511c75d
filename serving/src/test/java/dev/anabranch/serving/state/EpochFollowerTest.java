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
import dev.anabranch.serving.query.RandomEvents;
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
        new TreeMap<>());
  }

  private DataFile write(long first, long last) {
    Map<String, Tiles> tiles = RandomEvents.tiles(RandomEvents.of(last, 0, 10, 10));
    return TileFiles.write(storage, table, header(first, last), tiles);
  }

  private void commit(long epoch) {
    files.add(write(epoch, epoch));
    writer.append(List.of(files.get(files.size() - 1)), "stream", epoch);
  }

  private static List<Long> numbers(List<EpochFollower.Entry> entries) {
    return entries.stream().map(entry -> entry.header().epoch()).toList();
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

  private List<String> paths(int from, int to) {
    return files.subList(from, to).stream().map(DataFile::path).toList();
  }
}
