package dev.anabranch.lakehouse.delta;

import java.io.Serializable;
import java.util.Map;

/**
 * A Parquet file of a Delta table.
 *
 * @param path absolute URI, decoded
 * @param size bytes
 * @param modificationTime milliseconds since the epoch
 * @param partitionValues by column; serialized as Delta does
 * @param rows how many rows, or -1 where the log does not say
 */
public record DataFile(
    String path, long size, long modificationTime, Map<String, String> partitionValues, long rows)
    implements Serializable {
  public DataFile {
    partitionValues = Map.copyOf(partitionValues);
  }
}
