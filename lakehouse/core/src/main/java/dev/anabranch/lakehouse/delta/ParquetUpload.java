package dev.anabranch.lakehouse.delta;

import dev.anabranch.lakehouse.s3.Publication;
import java.io.IOException;
import java.time.Clock;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** A Parquet file that is published when its writer closes it. */
final class ParquetUpload implements NewFile, OutputFile {
  private final Path path;
  private final Publication file;
  private final Clock clock;
  private long position;
  private boolean closed;

  ParquetUpload(Path path, Publication file, Clock clock) {
    this.path = path;
    this.file = file;
    this.clock = clock;
  }

  @Override
  public OutputFile output() {
    return this;
  }

  /** The time is ours: S3 knows it by the second only, and to ask is a request. */
  @Override
  public Written settle() {
    return new Written(position, clock.millis());
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return new DelegatingPositionOutputStream(file.out()) {
      @Override
      public long getPos() {
        return position;
      }

      @Override
      public void write(int b) throws IOException {
        super.write(b);
        position++;
      }

      @Override
      public void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        super.write(bytes, offset, length);
        position += length;
      }

      @Override
      public void close() throws IOException {
        if (!closed) {
          closed = true;
          file.publish();
        }
      }
    };
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return create(blockSizeHint);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  @Override
  public String getPath() {
    return path.toString();
  }
}
