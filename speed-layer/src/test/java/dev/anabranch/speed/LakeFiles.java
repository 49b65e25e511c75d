package dev.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.delta.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What accidents do to the files of a lake, wherever it is. */
record LakeFiles(Storage storage) {

  /** A file, or a folder with all that is in it. */
  void delete(Path file) throws IOException {
    assertThat(storage.fileSystem(file).delete(file, true)).as("%s was there", file).isTrue();
  }

  void write(Path file, String content) throws IOException {
    storage.replace(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Deletes the file with the highest number, as if it had not been written. */
  void deleteLast(Path folder) throws IOException {
    FileSystem files = storage.fileSystem(folder);
    delete(
        Arrays.stream(files.listStatus(folder))
            .map(FileStatus::getPath)
            .filter(file -> file.getName().matches("[0-9]+(\\.json)?"))
            .max(Comparator.comparing(LakeFiles::number))
            .orElseThrow());
  }

  private static long number(Path file) {
    return Long.parseLong(file.getName().replace(".json", ""));
  }
}
