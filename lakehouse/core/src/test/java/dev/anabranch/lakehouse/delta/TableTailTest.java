package dev.anabranch.lakehouse.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.TileFiles;
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
}
