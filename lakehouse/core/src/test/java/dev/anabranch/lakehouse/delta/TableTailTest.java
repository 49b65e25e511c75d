package dev.anabranch.lakehouse.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.TileFiles;
import io.delta.kernel.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTailTest {
  @TempDir Path folder;

  @Test
  void commitsBeforeOneThatCannotBeReadAreGivenOutOnce() throws Exception {
    Storage storage = Storage.local();
    org.apache.hadoop.fs.Path table = new LakeLayout(folder.toUri()).speedTiles();
    TableWriter writer = TableWriter.open(storage, table, TileFiles.SCHEMA, Clock.systemUTC());
    TableTail tail = new TableTail(storage, table);
    tail.poll();
    for (int i = 1; i <= 3; i++) {
      writer.append(List.of(new DataFile(table + "/" + i + ".parquet", 1, 1, Map.of(), 1)));
    }
    Path log = Path.of(LogEntries.file(table, 3).toUri().getPath());
    String whole = Files.readString(log);
    Files.writeString(log, "nonsense\n");
    assertThat(tail.poll()).extracting(Commit::version).containsExactly(1L, 2L);
    assertThatThrownBy(tail::poll)
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("after version 2");
    Files.writeString(log, whole);
    assertThat(tail.poll()).extracting(Commit::version).containsExactly(3L);
  }

  @Test
  void aTailBehindCommitsThatAreGoneGoesOnFromTheCheckpoint() throws Exception {
    Storage storage = Storage.local();
    org.apache.hadoop.fs.Path table = new LakeLayout(folder.toUri()).speedTiles();
    TableWriter writer = TableWriter.open(storage, table, TileFiles.SCHEMA, Clock.systemUTC());
    writer.append(List.of(file(table, 1)), "stream", 1);
    TableTail tail = new TableTail(storage, table);
    tail.poll();
    TableTail other = new TableTail(storage, table);
    other.poll();
    assertThat(tail.transaction("stream")).contains(1L);
    writer.append(List.of(file(table, 2)), "stream", 2);
    writer.append(List.of(file(table, 3)), "stream", 3);
    writer.replace(List.of(file(table, 1).path()), List.of(), true);
    cut(storage, table, writer.version());
    writer.append(List.of(file(table, 4)), "stream", 4);

    List<Commit> commits = pollUntilAny(tail);
    assertThat(commits).extracting(Commit::snapshot).containsExactly(true);
    assertThat(commits.get(0).version()).isEqualTo(5);
    assertThat(tail.files())
        .extracting(DataFile::path)
        .containsExactlyInAnyOrder(
            file(table, 2).path(), file(table, 3).path(), file(table, 4).path());
    assertThat(tail.transaction("stream")).contains(4L);
    assertThat(tail.poll()).isEmpty();
    for (int look = 0; other.version() < 4; look++) {
      assertThat(look).as("looks").isLessThan(1_000);
      other.poll(4);
    }
    assertThat(other.version()).as("as far as was asked").isEqualTo(4);
    assertThat(other.files()).hasSize(2);
    writer.append(List.of(file(table, 5)), "stream", 5);
    assertThat(tail.poll()).extracting(Commit::version).containsExactly(6L);
  }

  @Test
  void aWriterBehindCommitsThatAreGoneCommitsBehindTheNewest() throws Exception {
    Storage storage = Storage.local();
    org.apache.hadoop.fs.Path table = new LakeLayout(folder.toUri()).speedTiles();
    Clock clock = Clock.systemUTC();
    TableWriter appending = TableWriter.open(storage, table, TileFiles.SCHEMA, clock);
    TableWriter deciding = TableWriter.open(storage, table, TileFiles.SCHEMA, clock);
    TableWriter ahead = TableWriter.open(storage, table, TileFiles.SCHEMA, clock);
    ahead.append(List.of(file(table, 1)));
    ahead.append(List.of(file(table, 2)));
    ahead.append(List.of(file(table, 3)));
    cut(storage, table, ahead.version());

    assertThat(deciding.appendAfter(0, List.of(file(table, 9)))).isFalse();
    assertThat(appending.append(List.of(file(table, 4)))).isEqualTo(4);
    deciding.refresh();
    assertThat(deciding.files()).hasSize(4);
    assertThat(deciding.appendAfter(4, List.of(file(table, 5)))).isTrue();
    TableTail tail = new TableTail(storage, table);
    tail.poll();
    assertThat(tail.files()).hasSize(5);
  }

  private static DataFile file(org.apache.hadoop.fs.Path table, int number) {
    return new DataFile(table + "/" + number + ".parquet", 1, 1, Map.of(), 1);
  }

  /** A checkpoint, and no commits before it. */
  private static void cut(Storage storage, org.apache.hadoop.fs.Path table, long version)
      throws Exception {
    Table.forPath(storage.engine(), table.toString()).checkpoint(storage.engine(), version);
    for (long old = 0; old < version; old++) {
      Files.delete(Path.of(LogEntries.file(table, old).toUri().getPath()));
    }
  }

  /** A tail that looks often does not ask each time whether the log was cut. */
  private static List<Commit> pollUntilAny(TableTail tail) {
    List<Commit> commits = tail.poll();
    for (int look = 0; commits.isEmpty(); look++) {
      assertThat(look).as("looks").isLessThan(1_000);
      commits = tail.poll();
    }
    return commits;
  }
}
