package dev.anabranch.lakehouse.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StructType;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes and one table: no commit is lost, none is seen twice, none is half there. */
class CommitRaceTest {
  private static final int COMMITS_EACH = 500;
  private static final StructType SCHEMA = new StructType().add("value", LongType.LONG);

  @TempDir Path folder;

  @Test
  void twoProcessesLoseNoneOfAThousandCommits() throws Exception {
    Process first = start(0);
    Process second = start(COMMITS_EACH);
    assertThat(first.waitFor()).as("exit code of the first writer").isZero();
    assertThat(second.waitFor()).as("exit code of the second writer").isZero();

    Storage storage = Storage.local();
    TableTail tail = new TableTail(storage, table(folder.toString()));
    tail.poll();
    List<Long> values = new ArrayList<>();
    for (DataFile file : tail.files()) {
      ParquetFiles.read(
          storage,
          file,
          SCHEMA,
          batch -> {
            for (int row = 0; row < batch.getSize(); row++) {
              values.add(batch.getColumnVector(0).getLong(row));
            }
          });
    }
    assertThat(values)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 2 * COMMITS_EACH).mapToObj(i -> (long) i).toList());
    assertThat(tail.version()).isEqualTo(2 * COMMITS_EACH);
    try (Stream<Path> log = Files.list(folder.resolve("table/_delta_log"))) {
      assertThat(log.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.contains(".json.") && name.endsWith(".tmp"));
    }
  }

  private Process start(int from) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            folder.toString(),
            String.valueOf(from))
        .redirectErrorStream(true)
        .redirectOutput(new File(folder.toFile(), "writer-" + from + ".log"))
        .start();
  }

  private static org.apache.hadoop.fs.Path table(String folder) {
    return new org.apache.hadoop.fs.Path(Path.of(folder).toUri().toString(), "table");
  }

  /** One of the racing processes; both make the table, too. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) {
      long from = Long.parseLong(arguments[1]);
      TableWriter writer =
          TableWriter.open(Storage.local(), table(arguments[0]), SCHEMA, Clock.systemUTC());
      for (long value = from; value < from + COMMITS_EACH; value++) {
        long row = value;
        DataFile file =
            writer.write(
                List.of(
                    Vectors.batch(
                        SCHEMA, 1, List.of(Vectors.longs(LongType.LONG, 1, ignored -> row)))));
        writer.append(List.of(file));
      }
    }
  }
}
