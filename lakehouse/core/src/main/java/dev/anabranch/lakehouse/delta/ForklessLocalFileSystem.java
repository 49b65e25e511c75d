package dev.anabranch.lakehouse.delta;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system without child processes. Without its native library, which is not on
 * Maven's repositories, Hadoop runs {@code chmod}, {@code readlink} or {@code ls} for each file
 * that it makes or asks after: thirty processes a second in a stream of three epochs a second, and
 * most of the time that an epoch took. This asks {@link Files} instead. No checksum files are
 * written either, which halves the number of files; Parquet pages and commits do not need them
 * here.
 *
 * <p>Must stay a {@link LocalFileSystem}: {@code FileSystem.getLocal} casts to it.
 */
public final class ForklessLocalFileSystem extends LocalFileSystem {

  /** Made by Hadoop, by reflection. */
  public ForklessLocalFileSystem() {
    super(new Raw());
    setWriteChecksum(false);
    setVerifyChecksum(false);
  }

  /** Uses this class for {@code file:} paths. */
  public static void register(Configuration hadoop) {
    hadoop.set("fs.file.impl", ForklessLocalFileSystem.class.getName());
  }

  private static final class Raw extends RawLocalFileSystem {

    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      Set<PosixFilePermission> bits =
          PosixFilePermissions.fromString(
              permission.getUserAction().SYMBOL
                  + permission.getGroupAction().SYMBOL
                  + permission.getOtherAction().SYMBOL);
      Files.setPosixFilePermissions(pathToFile(path).toPath(), bits);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      return status(path);
    }

    @Override
    public FileStatus getFileLinkStatus(Path path) throws IOException {
      return Files.isSymbolicLink(pathToFile(path).toPath())
          ? super.getFileLinkStatus(path)
          : status(path, LinkOption.NOFOLLOW_LINKS);
    }

    private FileStatus status(Path path, LinkOption... options) throws IOException {
      PosixFileAttributes file;
      try {
        file = Files.readAttributes(pathToFile(path).toPath(), PosixFileAttributes.class, options);
      } catch (NoSuchFileException e) {
        FileNotFoundException absent =
            new FileNotFoundException("File " + path + " does not exist");
        absent.initCause(e);
        throw absent;
      }
      return new FileStatus(
          file.isDirectory() ? 0 : file.size(),
          file.isDirectory(),
          1,
          getDefaultBlockSize(path),
          file.lastModifiedTime().toMillis(),
          file.lastAccessTime().toMillis(),
          FsPermission.valueOf(
              (file.isDirectory() ? "d" : "-") + PosixFilePermissions.toString(file.permissions())),
          file.owner().getName(),
          file.group().getName(),
          makeQualified(path));
    }
  }
}
