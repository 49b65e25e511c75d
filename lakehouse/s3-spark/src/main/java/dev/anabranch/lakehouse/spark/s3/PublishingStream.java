package dev.anabranch.lakehouse.spark.s3;

import dev.anabranch.lakehouse.s3.Publication;
import java.io.IOException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.spark.sql.execution.streaming.CheckpointFileManager.CancellableFSDataOutputStream;

/** Publishes when it is closed, unless it was cancelled. Safe for use by several threads. */
final class PublishingStream extends CancellableFSDataOutputStream {
  private final Publication file;
  private boolean ended;

  PublishingStream(Publication file) {
    super(file.out());
    this.file = file;
  }

  /** A second call does nothing, also where the first one failed. */
  @Override
  public synchronized void close() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    try {
      file.publish();
    } catch (java.nio.file.FileAlreadyExistsException e) {
      // Spark knows Hadoop's exception of that name only.
      FileAlreadyExistsException known = new FileAlreadyExistsException(e.getMessage());
      known.initCause(e);
      throw known;
    }
  }

  @Override
  public synchronized void cancel() {
    ended = true;
    file.abort();
  }
}
