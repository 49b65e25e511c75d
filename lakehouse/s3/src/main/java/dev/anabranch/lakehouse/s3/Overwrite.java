package dev.anabranch.lakehouse.s3;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes one object whatever is there: of several writers the last one stays. One PUT; without the
 * option here S3A lists the key first, to see whether it is a folder.
 */
public final class Overwrite implements Publication {
  private static final String WITHOUT_A_LOOK = "fs.s3a.create.performance";

  private final Upload upload;

  private Overwrite(Upload upload) {
    this.upload = upload;
  }

  public static Overwrite begin(FileSystem fileSystem, Path path) throws IOException {
    FSDataOutputStreamBuilder<?, ?> file = fileSystem.createFile(path);
    file.overwrite(true).recursive().opt(WITHOUT_A_LOOK, true);
    return new Overwrite(new Upload(path, file.build()));
  }

  @Override
  public OutputStream out() {
    return upload;
  }

  /**
   * Makes the object visible.
   *
   * @throws IOException it may be there or not, now or in a moment; to write it again is safe
   */
  @Override
  public void publish() throws IOException {
    upload.complete();
  }

  @Override
  public void abort() {
    upload.abort();
  }
}
