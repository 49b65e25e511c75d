package dev.anabranch.lakehouse.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.s3.FaultyProxy;
import dev.anabranch.lakehouse.s3.LostReplies;
import dev.anabranch.lakehouse.s3.Minio;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StructType;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes and one table in a real MinIO: no commit is lost, none is there twice, none is half
 * there; also where the network loses requests and replies.
 */
class CommitRaceOnS3Test {
  private static final int COMMITS_EACH = 500;
  private static final StructType SCHEMA = new StructType().add("value", LongType.LONG);

  @TempDir static Path folder;
  private static Minio minio;

  @BeforeAll
  static void start() throws Exception {
    minio = Minio.start(folder.resolve("minio"));
  }

  @AfterAll
  static void stop() {
    if (minio != null) {
      minio.close();
    }
  }

  @Test
  void twoProcessesLoseNoneOfAThousandCommits() throws Exception {
    minio.bucket("race");
    race("race", minio.port(), minio.port());
    assertEachOnce("race");
  }

  /** One in fifty requests is lost, and one in fifty replies. */
  @Test
  void neitherDoTheyOverANetworkThatLosesReplies() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    minio.bucket("lossy");
    LostReplies anything = new LostReplies(seed, 0.02, line -> true);
    LostReplies commits = new LostReplies(seed + 1, 0.04, LostReplies::isCommit);
    try (FaultyProxy one = FaultyProxy.start(minio.port(), anything);
        FaultyProxy other = FaultyProxy.start(minio.port(), commits)) {
      race("lossy", one.port(), other.port());
    }
    System.out.printf(
        "Seed %d: of anything %d requests and %d replies were lost, of commits %d and %d%n",
        seed,
        anything.lostRequests(),
        anything.lostReplies(),
        commits.lostRequests(),
        commits.lostReplies());
    assertThat(commits.lostReplies()).as("seed %d", seed).isGreaterThan(5);
    assertEachOnce("lossy");
  }

  private void race(String bucket, int onePort, int otherPort) throws Exception {
    Process first = start(bucket, onePort, 0);
    Process second = start(bucket, otherPort, COMMITS_EACH);
    List<String> latencies = new ArrayList<>();
    for (Process process : List.of(first, second)) {
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        lines.lines().forEach(latencies::add);
      }
      assertThat(process.waitFor()).as(() -> "a writer; its log: " + log(bucket)).isZero();
    }
    System.out.printf("%s: a commit and its file, %s%n", bucket, String.join("; ", latencies));
  }

  private static String log(String bucket) {
    try {
      return Files.readString(folder.resolve(bucket + ".log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Process start(String bucket, int port, int from) throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            "s3a://" + bucket + "/",
            "http://127.0.0.1:" + port,
            String.valueOf(from));
    command.environment().putAll(minio.environment());
    return command
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve(bucket + ".log").toFile()))
        .start();
  }

  private static void assertEachOnce(String bucket) {
    Configuration hadoop = minio.hadoop();
    URI lake = URI.create("s3a://" + bucket + "/");
    Storage storage = Storage.of(lake, hadoop);
    TableTail tail = new TableTail(storage, table(lake));
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
    // Commit by commit too, not only by the checkpoint.
    List<String> added = new ArrayList<>();
    for (long version = 1; version <= tail.version(); version++) {
      tail.commit(version).orElseThrow().added().forEach(file -> added.add(file.path()));
    }
    assertThat(added).doesNotHaveDuplicates().hasSize(2 * COMMITS_EACH);
  }

  private static org.apache.hadoop.fs.Path table(URI lake) {
    return new org.apache.hadoop.fs.Path(lake.toString(), "the/table");
  }

  /** One of the racing processes; both make the table, too. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) {
      URI lake = URI.create(arguments[0]);
      Storage storage =
          Storage.of(
              new Settings.Lake(
                  lake,
                  new Settings.S3(
                      Optional.of(URI.create(arguments[1])),
                      "us-east-1",
                      true,
                      Optional.empty(),
                      Optional.empty())));
      TableWriter writer = TableWriter.open(storage, table(lake), SCHEMA, Clock.systemUTC());
      long from = Long.parseLong(arguments[2]);
      long[] micros = new long[COMMITS_EACH];
      for (int i = 0; i < COMMITS_EACH; i++) {
        long row = from + i;
        long began = System.nanoTime();
        DataFile file =
            writer.write(
                List.of(
                    Vectors.batch(
                        SCHEMA, 1, List.of(Vectors.longs(LongType.LONG, 1, ignored -> row)))));
        writer.append(List.of(file));
        micros[i] = (System.nanoTime() - began) / 1_000;
      }
      Arrays.sort(micros);
      System.out.printf(
          "from %d: p50 %.1f ms, p99 %.1f ms%n",
          from, micros[COMMITS_EACH / 2] / 1e3, micros[COMMITS_EACH * 99 / 100] / 1e3);
    }
  }
}
