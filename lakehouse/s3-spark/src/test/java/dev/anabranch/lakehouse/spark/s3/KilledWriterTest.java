package dev.anabranch.lakehouse.spark.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.s3.FaultyProxy;
import dev.anabranch.lakehouse.s3.Minio;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.execution.streaming.CheckpointFileManager;
import org.apache.spark.sql.execution.streaming.CheckpointFileManager.CancellableFSDataOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A process that writes checkpoint files is killed at every step of a write. No file is ever there
 * in part, and none that was reported as written is missing.
 */
class KilledWriterTest {
  private static final int FILES_BEFORE = 3;
  private static final int BYTES = 300_000;

  @TempDir static java.nio.file.Path folder;

  /** Where in the life of the request that writes a file the process dies. */
  enum Step {
    BEFORE_THE_REQUEST,
    IN_THE_MIDDLE_OF_IT,
    BEFORE_THE_REPLY,
    AFTER_THE_REPLY
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void neverAHalfFileAndNeverALostOne(Step step) throws Exception {
    try (Minio minio = Minio.start(folder.resolve(step.name()))) {
      String bucket = step.name().toLowerCase(Locale.ROOT).replace('_', '-');
      minio.bucket(bucket);
      CompletableFuture<Process> writer = new CompletableFuture<>();
      try (FaultyProxy proxy =
          FaultyProxy.start(minio.port(), new Killer(step, bucket, FILES_BEFORE, writer))) {
        Process process = start(proxy.port(), minio, bucket);
        writer.complete(process);
        List<Integer> reported = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
          lines.lines().map(Integer::valueOf).forEach(reported::add);
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(bucket).isEqualTo(137);
        assertThat(reported).hasSizeGreaterThanOrEqualTo(FILES_BEFORE);
        check(minio, bucket, reported);
      }
    }
  }

  /** What is there, past Hadoop; then the next attempt, which finds its way. */
  private static void check(Minio minio, String bucket, List<Integer> reported) throws IOException {
    List<Integer> there = new ArrayList<>();
    try (S3Client client = minio.client()) {
      client
          .listObjectsV2(list -> list.bucket(bucket).prefix("offsets/"))
          .contents()
          .forEach(
              object -> {
                int number = Integer.parseInt(object.key().replace("offsets/", ""));
                there.add(number);
                byte[] content =
                    client
                        .getObjectAsBytes(get -> get.bucket(bucket).key(object.key()))
                        .asByteArray();
                assertThat(content).as("file %d", number).isEqualTo(content(number));
              });
      assertThat(client.listMultipartUploads(list -> list.bucket(bucket)).uploads()).isEmpty();
    }
    assertThat(there).containsAll(reported).hasSizeLessThanOrEqualTo(reported.size() + 1);
    Configuration direct = minio.hadoop();
    CheckpointFileManager files = Writer.manager(direct, bucket);
    int next = reported.size();
    try {
      Writer.write(files, bucket, next);
      assertThat(there).doesNotContain(next);
    } catch (FileAlreadyExistsException e) {
      assertThat(there).contains(next);
    }
  }

  private Process start(int port, Minio minio, String bucket) throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
            java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            "http://127.0.0.1:" + port,
            bucket);
    command.environment().putAll(minio.environment());
    return command.redirectError(new File(folder.toFile(), "writer.log")).start();
  }

  private static byte[] content(int number) {
    byte[] content = new byte[BYTES];
    new Random(number).nextBytes(content);
    return content;
  }

  /** Kills the process at a step of the write of one file. */
  private record Killer(Step step, String bucket, int file, CompletableFuture<Process> writer)
      implements FaultyProxy.Fault {

    private boolean isIt(String line) {
      return isOf(line, file);
    }

    private boolean isOf(String line, int number) {
      return line.startsWith("PUT /%s/offsets/%d ".formatted(bucket, number));
    }

    private boolean kill() {
      Process process = writer.join();
      process.destroyForcibly();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return false;
    }

    @Override
    public Optional<byte[]> request(String line, byte[] bytes) {
      if (step == Step.BEFORE_THE_REQUEST && isIt(line)) {
        kill();
        return Optional.empty();
      }
      return Optional.of(bytes);
    }

    @Override
    public boolean passOn(String line, long bytes) {
      return step != Step.IN_THE_MIDDLE_OF_IT || bytes < BYTES / 2 || !isIt(line) || kill();
    }

    @Override
    public boolean passReply(String line) {
      if (step == Step.AFTER_THE_REPLY && isOf(line, file + 1)) {
        // The reply to the file before has arrived: it has been reported, or not yet.
        return kill();
      }
      return step != Step.BEFORE_THE_REPLY || !isIt(line) || kill();
    }
  }

  /** The process that dies. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      Configuration hadoop = new Configuration();
      Minio.options(URI.create(arguments[0])).forEach(hadoop::set);
      String bucket = arguments[1];
      CheckpointFileManager files = manager(hadoop, bucket);
      for (int number = 0; ; number++) {
        write(files, bucket, number);
        System.out.println(number);
      }
    }

    static CheckpointFileManager manager(Configuration hadoop, String bucket) {
      return new S3CheckpointFileManager(folder(bucket), hadoop);
    }

    private static Path folder(String bucket) {
      return new Path("s3a://%s/offsets".formatted(bucket));
    }

    static void write(CheckpointFileManager files, String bucket, int number) throws IOException {
      CancellableFSDataOutputStream out =
          files.createAtomic(new Path(folder(bucket), String.valueOf(number)), false);
      out.write(content(number));
      out.close();
    }
  }
}
