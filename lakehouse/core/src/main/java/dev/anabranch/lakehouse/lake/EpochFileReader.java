package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Turns the rows of one file of tiles back into a header and tiles. */
final class EpochFileReader implements Consumer<ColumnarBatch> {
  private final Map<String, RowReader> readers = new HashMap<>();
  private EpochHeader header;

  EpochFileReader(List<View> views) {
    views.forEach(view -> readers.put(view.name(), new RowReader(view, false)));
  }

  /** The columns of the schema that this reader needs. */
  StructType columns(StructType schema, Set<String> headerColumns) {
    Set<String> needed = new HashSet<>(headerColumns);
    needed.add("view");
    readers.values().forEach(reader -> needed.addAll(reader.columns()));
    StructType result = new StructType();
    for (StructField field : schema.fields()) {
      if (needed.contains(field.getName())) {
        result = result.add(field);
      }
    }
    return result;
  }

  @Override
  public void accept(ColumnarBatch batch) {
    ColumnVector views = batch.getColumnVector(batch.getSchema().indexOf("view"));
    readers.values().forEach(reader -> reader.bind(batch));
    for (int row = 0; row < batch.getSize(); row++) {
      String view = views.getString(row);
      if (view.equals(TileFiles.HEADER)) {
        header = HeaderColumns.read(batch, row);
      } else if (readers.containsKey(view)) {
        readers.get(view).read(row);
      }
    }
  }

  TileFiles.EpochFile result(DataFile file) {
    if (header == null) {
      throw PlatformException.external(
          "%s holds no epoch: it is damaged, or not a file of tiles.".formatted(file.path()), null);
    }
    Map<String, Tiles> tiles = new HashMap<>();
    readers.forEach((view, reader) -> tiles.put(view, reader.build()));
    return new TileFiles.EpochFile(file, header, tiles);
  }
}
