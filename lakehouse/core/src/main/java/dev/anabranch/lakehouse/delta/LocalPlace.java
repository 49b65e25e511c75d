package dev.anabranch.lakehouse.delta;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.OutputFile;

/** A local disk that several processes share. */
final class LocalPlace implements Place {
  private final Configuration hadoop;

  LocalPlace(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  @Override
  public Optional<byte[]> read(Path file) throws IOException {
    java.nio.file.Path local = local(file);
    if (!Files.exists(local)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readAllBytes(local));
    } catch (NoSuchFileException goneMeanwhile) {
      return Optional.empty();
    }
  }

  /** The one writer of a file that is replaced leaves one temporary file behind at most. */
  @Override
  public void replace(Path file, byte[] content) throws IOException {
    java.nio.file.Path target = local(file);
    Files.createDirectories(target.getParent());
    java.nio.file.Path temporary =
        Files.write(target.resolveSibling("." + target.getFileName() + ".tmp"), content);
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public NewFile begin(Path file) throws IOException {
    return new LocalFile(file, HadoopOutputFile.fromPath(file, hadoop));
  }

  private record LocalFile(Path path, OutputFile output) implements NewFile {
    @Override
    public Written settle() throws IOException {
      java.nio.file.Path file = local(path);
      HardLinkLogStore.sync(file);
      return new Written(Files.size(file), Files.getLastModifiedTime(file).toMillis());
    }
  }

  @Override
  public InputFile input(Path file, long size) throws IOException {
    return HadoopInputFile.fromPath(file, hadoop);
  }

  @Override
  public void sync(Path file) throws IOException {
    HardLinkLogStore.sync(local(file));
  }

  /** Hard links fail where the name exists, whoever makes them. */
  @Override
  public void requireSafeCommits(Path folder) {}

  @Override
  public String advice() {
    return "Is the disk full or the folder not writable?";
  }

  private static java.nio.file.Path local(Path file) {
    return java.nio.file.Path.of(file.toUri().getPath());
  }
}
