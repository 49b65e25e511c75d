package dev.anabranch.lakehouse.s3;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes an object whatever is there: one PUT at {@code close()}, which makes it visible whole and
 * throws where it does not; {@code abort()} makes nothing visible. Without this option S3A lists
 * the key first, to see whether it is a folder.
 */
public final class Overwrite {
  private static final String WITHOUT_A_LOOK = "fs.s3a.create.performance";

  private Overwrite() {}

  public static FSDataOutputStream begin(FileSystem fileSystem, Path path) throws IOException {
    FSDataOutputStreamBuilder<?, ?> file = fileSystem.createFile(path);
    file.overwrite(true).recursive().opt(WITHOUT_A_LOOK, true);
    return file.build();
  }
}
