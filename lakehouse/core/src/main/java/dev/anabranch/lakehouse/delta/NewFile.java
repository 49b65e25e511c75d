package dev.anabranch.lakehouse.delta;

import java.io.IOException;
import org.apache.parquet.io.OutputFile;

/** A data file under way, whose name nobody else uses. */
interface NewFile {

  OutputFile output();

  /** To be called when the output is closed: from then on the file lasts. */
  Written settle() throws IOException;

  /**
   * A file that lasts.
   *
   * @param size bytes
   * @param modificationTime milliseconds since the epoch
   */
  record Written(long size, long modificationTime) {}
}
