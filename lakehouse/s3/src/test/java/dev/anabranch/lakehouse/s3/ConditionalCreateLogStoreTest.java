package dev.anabranch.lakehouse.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.storage.CloseableIterator;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real MinIO, also by way of a proxy that loses what it is told to lose. */
class ConditionalCreateLogStoreTest {
  @TempDir static java.nio.file.Path folder;
  private static Minio minio;
  private static int buckets;

  private Configuration hadoop;
  private Path log;
  private ConditionalCreateLogStore store;

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

  private void open(Configuration with) {
    String bucket = "log-" + buckets++;
    minio.bucket(bucket);
    hadoop = with;
    log = new Path("s3a://" + bucket + "/a table/_delta_log");
    store = new ConditionalCreateLogStore(hadoop);
  }

  private Path version(long version) {
    return new Path(log, "%020d.json".formatted(version));
  }

  private void write(long version, String... actions) throws IOException {
    store.write(version(version), List.of(actions).iterator(), false, hadoop);
  }

  private List<String> read(long version) throws IOException {
    List<String> lines = new ArrayList<>();
    try (CloseableIterator<String> iterator = store.read(version(version), hadoop)) {
      iterator.forEachRemaining(lines::add);
    }
    return lines;
  }

  @Test
  void aVersionIsWrittenOnce() throws Exception {
    open(minio.hadoop());
    write(0, "{\"ü\":1}", "{}");
    assertThatThrownBy(() -> write(0, "another")).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(read(0)).containsExactly("{\"ü\":1}", "{}");
    assertThat(WholeObject.read(log.getFileSystem(hadoop), version(0)))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .contains("{\"ü\":1}\n{}\n");
    assertThat(WholeObject.read(log.getFileSystem(hadoop), version(1))).isEmpty();
  }

  @Test
  void whatMayBeReplacedIsReplaced() throws Exception {
    open(minio.hadoop());
    Path pointer = new Path(log, "_last_checkpoint");
    for (String content : List.of("1", "2")) {
      store.write(pointer, List.of(content).iterator(), true, hadoop);
      assertThat(WholeObject.read(log.getFileSystem(hadoop), pointer).map(String::new))
          .contains(content + "\n");
    }
  }

  @Test
  void actionsThatFailToComeLeaveNothing() throws Exception {
    Configuration parts = minio.hadoop();
    // Also where the first of several parts is on its way already.
    parts.set("fs.s3a.multipart.size", "5M");
    open(parts);
    for (int megabytes : List.of(0, 1, 12)) {
      for (boolean overwrite : List.of(false, true)) {
        assertThatThrownBy(() -> store.write(version(0), failing(megabytes), overwrite, hadoop))
            .isInstanceOf(UncheckedIOException.class);
        FileSystem fileSystem = log.getFileSystem(hadoop);
        assertThat(fileSystem.exists(version(0))).as("%d MB", megabytes).isFalse();
      }
    }
  }

  /** Lines of a megabyte, and then none, as where the network is gone. */
  private static Iterator<String> failing(int megabytes) {
    Iterator<String> lines = Collections.nCopies(megabytes, "x".repeat(1 << 20)).iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public String next() {
        if (!lines.hasNext()) {
          throw new UncheckedIOException(new IOException("no more actions"));
        }
        return lines.next();
      }
    };
  }

  @Test
  void aCommitOfSeveralPartsIsWrittenOnceToo() throws Exception {
    Configuration parts = minio.hadoop();
    parts.set("fs.s3a.multipart.size", "5M");
    open(parts);
    String line = "x".repeat(1 << 20);
    store.write(version(0), Collections.nCopies(12, line).iterator(), false, hadoop);
    assertThatThrownBy(
            () ->
                store.write(
                    version(0), Collections.nCopies(13, "y" + line).iterator(), false, hadoop))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(read(0)).hasSize(12).allMatch(line::equals);
  }

  @Test
  void ofManyThatRaceOneWins() throws Exception {
    open(minio.hadoop());
    int writers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      for (int round = 0; round < 20; round++) {
        int version = round;
        List<Callable<Optional<String>>> race =
            IntStream.range(0, writers)
                .mapToObj(
                    writer -> (Callable<Optional<String>>) () -> tryWrite(version, "w" + writer))
                .toList();
        List<String> winners = new ArrayList<>();
        for (Future<Optional<String>> result : threads.invokeAll(race)) {
          result.get().ifPresent(winners::add);
        }
        assertThat(winners).as("version %d", version).hasSize(1);
        assertThat(read(version)).isEqualTo(winners);
      }
    } finally {
      threads.shutdown();
    }
  }

  private Optional<String> tryWrite(long version, String content) throws IOException {
    try {
      write(version, content);
      return Optional.of(content);
    } catch (FileAlreadyExistsException lost) {
      return Optional.empty();
    }
  }

  /** The SDK sends the request again and meets its own object: 412, and yet a success. */
  @Test
  void aLostReplyIsNoConflictWithItself() throws Exception {
    AtomicInteger left = new AtomicInteger(1);
    FaultyProxy.Fault loseOne =
        new FaultyProxy.Fault() {
          @Override
          public boolean passReply(String line) {
            return !LostReplies.isCommit(line) || left.getAndDecrement() != 1;
          }
        };
    try (FaultyProxy proxy = FaultyProxy.start(minio.port(), loseOne)) {
      open(minio.hadoop(proxy.port()));
      write(0, "mine");
      assertThat(left.get()).as("the reply was lost, and the request sent again").isNegative();
      assertThat(read(0)).containsExactly("mine");
      assertThatThrownBy(() -> write(0, "late")).isInstanceOf(FileAlreadyExistsException.class);
    }
  }

  @Test
  void aLostReplyToTheLoserIsAConflict() throws Exception {
    AtomicInteger left = new AtomicInteger(0);
    FaultyProxy.Fault loseOne =
        new FaultyProxy.Fault() {
          @Override
          public boolean passReply(String line) {
            return !LostReplies.isCommit(line) || left.getAndDecrement() != 1;
          }
        };
    try (FaultyProxy proxy = FaultyProxy.start(minio.port(), loseOne)) {
      open(minio.hadoop(proxy.port()));
      write(0, "first");
      left.set(1);
      assertThatThrownBy(() -> write(0, "second")).isInstanceOf(FileAlreadyExistsException.class);
      assertThat(read(0)).containsExactly("first");
    }
  }

  /** Every reply to the commit is lost, however often it is sent: the mark alone tells. */
  @Test
  void whereNoReplyComesTheMarkIsReadBack() throws Exception {
    FaultyProxy.Fault loseAll =
        new FaultyProxy.Fault() {
          @Override
          public boolean passReply(String line) {
            return !LostReplies.isCommit(line);
          }
        };
    try (FaultyProxy proxy = FaultyProxy.start(minio.port(), loseAll)) {
      open(quick(minio.hadoop(proxy.port())));
      write(0, "mine");
      assertThat(read(0)).containsExactly("mine");
    }
  }

  @Test
  void whereNobodyCanTellItFailsLoudly() throws Exception {
    FaultyProxy.Fault loseRequests =
        new FaultyProxy.Fault() {
          @Override
          public Optional<byte[]> request(String line, byte[] bytes) {
            return LostReplies.isCommit(line) ? Optional.empty() : Optional.of(bytes);
          }
        };
    try (FaultyProxy proxy = FaultyProxy.start(minio.port(), loseRequests)) {
      open(quick(minio.hadoop(proxy.port())));
      assertThatThrownBy(() -> write(0, "lost"))
          .isInstanceOf(UnknownOutcomeException.class)
          .hasMessageContaining("not known")
          .hasMessageContaining("may appear");
    }
  }

  /** S3A goes on trying for a minute; a test need not. */
  private static Configuration quick(Configuration configuration) {
    configuration.set("fs.s3a.retry.limit", "1");
    configuration.set("fs.s3a.retry.interval", "50ms");
    configuration.set("fs.s3a.attempts.maximum", "2");
    return configuration;
  }

  @Test
  void listsFromAVersionOnInOrder() throws Exception {
    open(minio.hadoop());
    assertThatThrownBy(() -> store.listFrom(version(0), hadoop))
        .isInstanceOf(FileNotFoundException.class);
    for (long version = 0; version < 12; version++) {
      write(version, "{}");
    }
    List<String> names = new ArrayList<>();
    Iterator<FileStatus> files = store.listFrom(version(9), hadoop);
    files.forEachRemaining(file -> names.add(file.getPath().getName()));
    assertThat(names)
        .containsExactly(version(9).getName(), version(10).getName(), version(11).getName());
    assertThat(store.resolvePathOnPhysicalStorage(log, hadoop)).isEqualTo(log);
  }

  @Test
  void onlyFilesThatPassItByAreWrittenUnderAnotherNameFirst() {
    hadoop = new Configuration();
    log = new Path("s3a://any/_delta_log");
    store = new ConditionalCreateLogStore(hadoop);
    assertThat(store.isPartialWriteVisible(version(1), hadoop)).isFalse();
    assertThat(store.isPartialWriteVisible(log, hadoop)).isFalse();
    assertThat(
            store.isPartialWriteVisible(
                new Path(log, "00000000000000000001.checkpoint.parquet"), hadoop))
        .isTrue();
  }
}
