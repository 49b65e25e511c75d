package dev.anabranch.lakehouse.delta;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

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
  private static final Pattern COMMIT = Pattern.compile("[0-9]{20}\\.json");

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

  /**
   * A folder that is written to is not read at one instant: a listing may have a commit and lack an
   * earlier one, which Delta takes for a log with a hole in it. Commits are made in order, so what
   * lies between two that are there is there too.
   */
  @Override
  public Iterator<FileStatus> listFrom(org.apache.hadoop.fs.Path path, Configuration hadoopConf)
      throws IOException {
    List<FileStatus> listed = new ArrayList<>();
    super.listFrom(path, hadoopConf).forEachRemaining(listed::add);
    return withoutHoles(listed, path.getFileSystem(hadoopConf)).iterator();
  }

  /** Files by name, and the commits that lie between commits among them. */
  static List<FileStatus> withoutHoles(List<FileStatus> listed, FileSystem files)
      throws IOException {
    List<FileStatus> whole = new ArrayList<>(listed);
    long before = -1;
    for (FileStatus file : listed) {
      String name = file.getPath().getName();
      if (!COMMIT.matcher(name).matches()) {
        continue;
      }
      long version = Long.parseLong(name.substring(0, name.indexOf('.')));
      for (long missing = before < 0 ? version : before + 1; missing < version; missing++) {
        find(LogEntries.commit(file.getPath().getParent(), missing), files).ifPresent(whole::add);
      }
      before = version;
    }
    whole.sort(Comparator.comparing(FileStatus::getPath));
    return whole;
  }

  private static Optional<FileStatus> find(org.apache.hadoop.fs.Path commit, FileSystem files)
      throws IOException {
    try {
      return Optional.of(files.getFileStatus(commit));
    } catch (FileNotFoundException e) {
      // There is a hole indeed: that is for whoever asked to say.
      return Optional.empty();
    }
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
