package dev.anabranch.lakehouse.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.s3.LogListing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HardLinkLogStoreTest {
  @TempDir Path folder;

  private final Storage storage = Storage.local();

  @Test
  void aListingThatMissedCommitsIsMadeWhole() throws Exception {
    org.apache.hadoop.fs.Path log = new org.apache.hadoop.fs.Path(folder.toUri());
    FileSystem files = storage.fileSystem(log);
    for (int version : List.of(3, 4, 5, 6, 7, 9)) {
      Files.writeString(folder.resolve("%020d.json".formatted(version)), "{}");
    }
    Files.writeString(folder.resolve("%020d.checkpoint.parquet".formatted(5)), "");
    Files.writeString(folder.resolve("_last_checkpoint"), "");
    List<FileStatus> listed = new ArrayList<>();
    storage
        .logStore()
        .listFrom(LogEntries.commit(log, 4), storage.hadoop())
        .forEachRemaining(listed::add);
    List<String> whole = names(listed);
    // The commit before the one that was asked for stays out; the hole, which is one, stays.
    assertThat(whole)
        .containsExactly(
            "00000000000000000004.json",
            "00000000000000000005.checkpoint.parquet",
            "00000000000000000005.json",
            "00000000000000000006.json",
            "00000000000000000007.json",
            "00000000000000000009.json",
            "_last_checkpoint");
    listed.removeIf(file -> file.getPath().getName().matches("0+[56]\\.json"));
    List<FileStatus> made = new ArrayList<>();
    LogListing.withoutHoles(listed.iterator(), files).forEachRemaining(made::add);
    assertThat(names(made)).isEqualTo(whole);
  }

  /** A checkpoint that is not whole would be taken for one that is. */
  @Test
  void checkpointsAreRenamedIntoTheirPlace() throws Exception {
    org.apache.hadoop.fs.Path log = new org.apache.hadoop.fs.Path(folder.toUri());
    assertThat(storage.logStore().isPartialWriteVisible(log, storage.hadoop())).isTrue();
  }

  private static List<String> names(List<FileStatus> files) {
    return files.stream().map(file -> file.getPath().getName()).toList();
  }
}
