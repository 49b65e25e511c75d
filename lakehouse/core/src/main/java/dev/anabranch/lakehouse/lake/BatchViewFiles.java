package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.StructType;
import java.util.Map;

/** The files of {@code batch/VIEW}: rows of the view with exact distinct counts beside sketches. */
public final class BatchViewFiles {
  private BatchViewFiles() {}

  public static StructType schema(View view) {
    StructType schema = new StructType();
    for (Map.Entry<String, DataType> column : ViewSchemas.batchColumns(view).entrySet()) {
      schema = schema.add(column.getKey(), column.getValue(), true);
    }
    return schema;
  }

  /** The rows of one file, ordered by key. */
  public static Tiles read(Storage storage, DataFile file, View view) {
    RowReader reader = new RowReader(view, true);
    ParquetFiles.read(
        storage,
        file,
        schema(view),
        batch -> {
          reader.bind(batch);
          for (int row = 0; row < batch.getSize(); row++) {
            reader.read(row);
          }
        });
    return reader.build();
  }
}
