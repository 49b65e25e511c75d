package dev.anabranch.lakehouse.s3;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * S3A's stream, which publishes when it is closed, and remembers whether all content reached it.
 */
final class Upload extends OutputStream {
  private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

  private final Path path;
  private final FSDataOutputStream stream;
  private boolean broken;

  Upload(Path path, FSDataOutputStream stream) {
    this.path = path;
    this.stream = stream;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    boolean before = broken;
    broken = true;
    stream.write(bytes, offset, length);
    broken = before;
  }

  /** Not that of the stream: that would publish. */
  @Override
  public void close() {}

  void complete() throws IOException {
    if (broken) {
      abort();
      throw new IOException(
          "%s is not written: a part of its content could not be written".formatted(path));
    }
    stream.close();
  }

  void abort() {
    try {
      stream.abort();
    } catch (RuntimeException e) {
      LOG.warn("{} is given up, but not all that was uploaded is cleared away", path, e);
    }
  }
}
