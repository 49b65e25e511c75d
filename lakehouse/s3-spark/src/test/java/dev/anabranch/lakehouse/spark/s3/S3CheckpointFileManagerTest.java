package dev.anabranch.lakehouse.spark.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.s3.FaultyProxy;
import dev.anabranch.lakehouse.s3.Minio;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.execution.streaming.CheckpointFileManager;
import org.apache.spark.sql.execution.streaming.CheckpointFileManager.CancellableFSDataOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real MinIO, made as Spark makes it. */
class S3CheckpointFileManagerTest {
  private static final FaultyProxy.Fault NO_PUT_ARRIVES =
      new FaultyProxy.Fault() {
        @Override
        public Optional<byte[]> request(String line, byte[] bytes) {
          return line.startsWith("PUT ") ? Optional.empty() : Optional.of(bytes);
        }
      };
  private static final FaultyProxy.Fault NO_PUT_IS_ANSWERED =
      new FaultyProxy.Fault() {
        @Override
        public boolean passReply(String line) {
          return !line.startsWith("PUT ");
        }
      };

  @TempDir static java.nio.file.Path folder;
  private static Minio minio;
  private static int buckets;

  private Path checkpoint;

  @BeforeAll
  static void start() throws Exception {
    minio = Minio.start(folder);
  }

  @AfterAll
  static void stop() {
    if (minio != null) {
      minio.close();
    }
  }

  private CheckpointFileManager manager(Configuration hadoop) {
    String bucket = "checkpoint-" + buckets++;
    minio.bucket(bucket);
    checkpoint = new Path("s3a://" + bucket + "/offsets");
    hadoop.set(
        "spark.sql.streaming.checkpointFileManagerClass", S3CheckpointFileManager.class.getName());
    // S3A goes on trying for a minute; a test need not.
    hadoop.set("fs.s3a.retry.limit", "1");
    hadoop.set("fs.s3a.retry.interval", "50ms");
    hadoop.set("fs.s3a.attempts.maximum", "2");
    return CheckpointFileManager.create(checkpoint, hadoop);
  }

  private CheckpointFileManager through(FaultyProxy proxy) {
    return manager(minio.hadoop(proxy.port()));
  }

  private static void write(CheckpointFileManager files, Path file, String text, boolean overwrite)
      throws IOException {
    CancellableFSDataOutputStream out = files.createAtomic(file, overwrite);
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.close();
  }

  private static String read(CheckpointFileManager files, Path file) throws IOException {
    try (var in = files.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aFileIsThereOnceItIsClosedAndReplacedOnlyWhereItMayBe() throws Exception {
    CheckpointFileManager files = manager(minio.hadoop());
    Path file = new Path(checkpoint, "0");
    CancellableFSDataOutputStream out = files.createAtomic(file, false);
    out.write("a".getBytes(StandardCharsets.UTF_8));
    assertThat(files.exists(file)).isFalse();
    out.close();
    assertThat(read(files, file)).isEqualTo("a");
    assertThatThrownBy(() -> write(files, file, "b", false))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(read(files, file)).isEqualTo("a");
    write(files, file, "c", true);
    assertThat(read(files, file)).isEqualTo("c");
    assertThat(files.list(checkpoint)).hasSize(1);
    files.delete(file);
    files.delete(file);
    assertThat(files.exists(file)).isFalse();
    assertThat(files.isLocal()).isFalse();
  }

  @Test
  void whatIsCancelledOrOnlyLeftIsNotThere() throws Exception {
    Configuration parts = minio.hadoop();
    parts.set("fs.s3a.multipart.size", "5M");
    CheckpointFileManager files = manager(parts);
    for (boolean overwrite : List.of(true, false)) {
      // The larger one has its first part at the store already.
      for (int bytes : List.of(10, 6 << 20)) {
        Path file = new Path(checkpoint, "cancelled");
        CancellableFSDataOutputStream out = files.createAtomic(file, overwrite);
        out.write(new byte[bytes]);
        out.cancel();
        out.close();
        out.cancel();
        assertThat(files.exists(file)).isFalse();
      }
    }
  }

  @Test
  void aFileCostsOnePutAndNothingElse() throws Exception {
    List<String> requests = new CopyOnWriteArrayList<>();
    FaultyProxy.Fault listener =
        new FaultyProxy.Fault() {
          @Override
          public Optional<byte[]> request(String line, byte[] bytes) {
            requests.add(line.split(" ", -1)[0]);
            return Optional.of(bytes);
          }
        };
    try (FaultyProxy proxy = FaultyProxy.start(minio.port(), listener)) {
      CheckpointFileManager files = through(proxy);
      write(files, new Path(checkpoint, "0"), "first", false);
      write(files, new Path(checkpoint, "0.zip"), "state", true);
      assertThat(requests).containsExactly("PUT", "PUT");
    }
  }

  /** Spark's abortable manager logs this and goes on. */
  @Test
  void aCloseThatFailsThrows() throws Exception {
    try (FaultyProxy proxy = FaultyProxy.start(minio.port(), NO_PUT_ARRIVES)) {
      CheckpointFileManager files = through(proxy);
      for (boolean overwrite : List.of(true, false)) {
        Path file = new Path(checkpoint, "lost");
        CancellableFSDataOutputStream out = files.createAtomic(file, overwrite);
        out.write(1);
        assertThatThrownBy(out::close).isInstanceOf(IOException.class);
        // As Spark's callers go on.
        out.cancel();
        assertThat(files.exists(file)).isFalse();
      }
    }
  }

  @Test
  void aFileWhoseReplyWasLostIsWritten() throws Exception {
    try (FaultyProxy proxy = FaultyProxy.start(minio.port(), NO_PUT_IS_ANSWERED)) {
      CheckpointFileManager files = through(proxy);
      write(files, new Path(checkpoint, "0"), "mine", false);
      assertThat(read(files, new Path(checkpoint, "0"))).isEqualTo("mine");
      // Where the last one wins there is nothing to settle: it is written again by whoever fails.
      Path state = new Path(checkpoint, "1.zip");
      assertThatThrownBy(() -> write(files, state, "state", true)).isInstanceOf(IOException.class);
      assertThat(read(files, state)).isEqualTo("state");
    }
  }

  /** Streams around ours close it also when their own last bytes did not go through. */
  @Test
  void whatLostAWriteOnTheWayIsNotPublished() throws Exception {
    CheckpointFileManager files = manager(minio.hadoop());
    Path file = new Path(checkpoint, "torn");
    CancellableFSDataOutputStream out = files.createAtomic(file, false);
    OutputStream codec =
        new FilterOutputStream(out) {
          @Override
          public void flush() throws IOException {
            // Its last block is nonsense, so the write fails, and it closes all the same.
            out.write(new byte[1], 0, 2);
          }
        };
    codec.write(1);
    assertThatThrownBy(codec::close).isInstanceOfAny(IOException.class, RuntimeException.class);
    out.close();
    assertThat(files.exists(file)).isFalse();
  }

  @Test
  void onADiskItDoesWhatSparkDoes() throws Exception {
    Path disk = new Path(folder.resolve("disk").toUri());
    Files.createDirectories(folder.resolve("disk"));
    CheckpointFileManager files = new S3CheckpointFileManager(disk, new Configuration());
    Path file = new Path(disk, "0");
    write(files, file, "a", false);
    assertThatThrownBy(() -> write(files, file, "b", false))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(read(files, file)).isEqualTo("a");
    assertThat(files.isLocal()).isTrue();
  }
}
