package dev.anabranch.lakehouse.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a store keeps what {@link ConditionalCreate} relies on: that a second creation
 * of a key fails, that the first one's content stays, and that metadata comes back as it was given.
 * A store that ignores {@code If-None-Match} answers every commit with success, also the one that
 * overwrites another's, so this cannot be noticed later.
 *
 * <p>To be asked once at the start of a writer. What it does not find out: whether the condition
 * holds in a race (MinIO's, Ceph's and AWS's do; MinIO ignored it before 2024-05-07, and its
 * RELEASE.2025-09-06 broke it), and whether it holds for uploads of several parts.
 */
public final class StoreProbe {
  private static final Logger LOG = LoggerFactory.getLogger(StoreProbe.class);

  private StoreProbe() {}

  /**
   * Creates an object in the folder twice and removes it. Some five requests.
   *
   * @throws UnsafeStoreException the store must not be written to by several
   * @throws AccessDeniedException this user may not write there
   * @throws IOException the store does not answer
   */
  public static void require(FileSystem fileSystem, Path folder) throws IOException {
    Path probe = new Path(folder, ".probe-" + UUID.randomUUID());
    try {
      probe(fileSystem, probe);
    } finally {
      remove(fileSystem, probe);
    }
  }

  private static void probe(FileSystem fileSystem, Path probe) throws IOException {
    ConditionalCreate first = begin(fileSystem, probe, "first");
    WriterMark mark = first.mark();
    first.publish();
    if (mark.owner(fileSystem, probe) != WriterMark.Owner.THIS_WRITE) {
      throw unsafe(
          fileSystem,
          "it does not give back an object's metadata, so nobody can tell whose an object is when an answer was lost");
    }
    try {
      begin(fileSystem, probe, "second").publish();
    } catch (FileAlreadyExistsException asItMust) {
      if (mark.owner(fileSystem, probe) == WriterMark.Owner.THIS_WRITE) {
        return;
      }
      throw unsafe(
          fileSystem, "it refused to create an object again, and replaced it all the same");
    }
    throw unsafe(
        fileSystem,
        "it ignores If-None-Match: an object was created twice, so one of two writers that commit at once would silently lose its commit");
  }

  private static ConditionalCreate begin(FileSystem fileSystem, Path probe, String content)
      throws IOException {
    ConditionalCreate create = ConditionalCreate.begin(fileSystem, probe);
    create.out().write(content.getBytes(StandardCharsets.UTF_8));
    return create;
  }

  private static UnsafeStoreException unsafe(FileSystem fileSystem, String why) {
    return new UnsafeStoreException(
        "The store %s at %s cannot hold tables that several processes write: %s. Use one with conditional writes (AWS S3, MinIO of 2024-05-07 or later except RELEASE.2025-09-06), and no proxy before it that drops the header."
            .formatted(
                fileSystem.getUri(),
                fileSystem.getConf().get("fs.s3a.endpoint", "AWS's endpoint"),
                why));
  }

  private static void remove(FileSystem fileSystem, Path probe) {
    try {
      fileSystem.delete(probe, false);
    } catch (IOException e) {
      LOG.warn("The probe {} is still there: {}", probe, e.toString());
    }
  }
}
