package dev.anabranch.lakehouse.delta;

import dev.anabranch.lakehouse.s3.LogListing;
import io.delta.storage.HadoopFileSystemLogStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;

/**
 * A Delta log store for a local disk that several processes share.
 *
 * <p>Delta's own {@code LocalLogStore} checks and then renames, which is safe inside one JVM only.
 * A commit here is written and synced under a temporary name and then hard-linked to its own: the
 * link fails where the name exists, so one of several writers wins, and a commit is whole and
 * durable before anyone can see it. Needs a file system with hard links; not for network mounts
 * without them.
 */
public final class HardLinkLogStore extends HadoopFileSystemLogStore {

  public HardLinkLogStore(Configuration hadoopConf) {
    super(hadoopConf);
  }

  /**
   * @throws FileAlreadyExistsException if the file exists and must not be overwritten; Delta then
   *     retries its transaction
   */
  @Override
  public void write(
      org.apache.hadoop.fs.Path path,
      Iterator<String> actions,
      Boolean overwrite,
      Configuration hadoopConf)
      throws IOException {
    Path target = Path.of(path.toUri().getPath());
    Path directory = target.getParent();
    Files.createDirectories(directory);
    Path temporary =
        directory.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      writeAndSync(temporary, actions);
      if (overwrite) {
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.createLink(target, temporary);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
    sync(directory);
  }

  /** What a folder that is written to lacks of the log is looked for. */
  @Override
  public Iterator<FileStatus> listFrom(org.apache.hadoop.fs.Path path, Configuration hadoopConf)
      throws IOException {
    return LogListing.withoutHoles(
        super.listFrom(path, hadoopConf), path.getFileSystem(hadoopConf));
  }

  /**
   * Commits are whole when they are seen, but this is asked about checkpoints, which Spark and the
   * Kernel write themselves: true makes them do it under another name and rename. Written in place,
   * a checkpoint is visible when there is nothing in it yet, and a crash leaves a part of one, with
   * which nobody can open the table.
   */
  @Override
  public Boolean isPartialWriteVisible(org.apache.hadoop.fs.Path path, Configuration hadoopConf) {
    return true;
  }

  private static void writeAndSync(Path file, Iterator<String> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    while (lines.hasNext()) {
      text.append(lines.next()).append('\n');
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** A file or directory to the disk; a directory's entries survive a power cut only after this. */
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
