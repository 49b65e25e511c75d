package dev.anabranch.lakehouse.delta;

import dev.anabranch.lakehouse.s3.Overwrite;
import dev.anabranch.lakehouse.s3.StoreProbe;
import dev.anabranch.lakehouse.s3.WholeObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;

/** A bucket. Objects are there whole and for good, or not at all; nothing is renamed. */
final class S3Place implements Place {
  /** A file of an epoch's tiles has some ten kilobytes: one request instead of five. */
  private static final long READ_AT_ONCE = 4L << 20;

  private final Configuration hadoop;
  private final Clock clock = Clock.systemUTC();

  S3Place(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  @Override
  public Optional<byte[]> read(Path file) throws IOException {
    return WholeObject.read(fileSystem(file), file);
  }

  @Override
  public void replace(Path file, byte[] content) throws IOException {
    Overwrite whole = Overwrite.begin(fileSystem(file), file);
    whole.out().write(content);
    whole.publish();
  }

  /** Nobody has the name, so to look whether it is there costs two requests for nothing. */
  @Override
  public NewFile begin(Path file) throws IOException {
    return new ParquetUpload(file, Overwrite.begin(fileSystem(file), file), clock);
  }

  @Override
  public InputFile input(Path file, long size) throws IOException {
    if (size > READ_AT_ONCE) {
      return HadoopInputFile.fromPath(file, hadoop);
    }
    return new ParquetBytes(
        WholeObject.read(fileSystem(file), file)
            .orElseThrow(() -> new FileNotFoundException(file + " does not exist")));
  }

  @Override
  public void sync(Path file) {}

  @Override
  public void requireSafeCommits(Path folder) throws IOException {
    StoreProbe.require(fileSystem(folder), folder);
  }

  @Override
  public String advice() {
    return "Does the store at %s answer, and may this user write there?"
        .formatted(hadoop.get("fs.s3a.endpoint", "AWS"));
  }

  private FileSystem fileSystem(Path file) throws IOException {
    return file.getFileSystem(hadoop);
  }
}
