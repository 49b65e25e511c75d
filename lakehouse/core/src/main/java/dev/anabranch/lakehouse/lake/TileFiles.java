package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.Vectors;
import dev.anabranch.lakehouse.view.Column;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.Measure;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * The files of a stream's table: one an epoch, with the tiles of every view and the epoch's header.
 * The column {@code view} says what a row belongs to; a header's row says {@code epoch} there. One
 * file in one commit makes an epoch visible as a whole.
 */
public final class TileFiles {
  static final String HEADER = "epoch";

  public static final StructType SCHEMA = schema();

  private TileFiles() {}

  private static StructType schema() {
    Map<String, DataType> columns = new LinkedHashMap<>();
    columns.put("view", StringType.STRING);
    columns.putAll(HeaderColumns.TYPES);
    Views.ALL.forEach(view -> columns.putAll(ViewSchemas.tileColumns(view)));
    StructType schema = new StructType();
    for (Map.Entry<String, DataType> column : columns.entrySet()) {
      schema = schema.add(column.getKey(), column.getValue(), true);
    }
    return schema;
  }

  /** Writes an epoch; views without rows need not be there. */
  public static DataFile write(
      Storage storage, Path table, EpochHeader header, Map<String, Tiles> tiles) {
    List<ColumnarBatch> batches = new ArrayList<>();
    batches.add(batch(1, HEADER, HeaderColumns.of(header)));
    for (View view : Views.ALL) {
      Tiles rows = tiles.getOrDefault(view.name(), Tiles.empty(view));
      if (rows.size() > 0) {
        batches.add(batch(rows.size(), view.name(), tileColumns(view, rows, header.epoch())));
      }
    }
    return ParquetFiles.write(storage, table, batches);
  }

  private static ColumnarBatch batch(int size, String view, Map<String, ColumnVector> columns) {
    columns.put("view", Vectors.texts(size, row -> view));
    List<ColumnVector> all = new ArrayList<>();
    SCHEMA
        .fields()
        .forEach(
            field ->
                all.add(
                    columns.getOrDefault(
                        field.getName(), Vectors.nulls(field.getDataType(), size))));
    return Vectors.batch(SCHEMA, size, all);
  }

  private static Map<String, ColumnVector> tileColumns(View view, Tiles tiles, long epoch) {
    Map<String, ColumnVector> columns = new LinkedHashMap<>();
    int size = tiles.size();
    columns.put("epoch", Vectors.longs(LongType.LONG, size, row -> epoch));
    for (int k = 0; k < view.keys().size(); k++) {
      Key key = view.keys().get(k);
      columns.put(key.name(), vector(ViewSchemas.type(key), tiles.key(k)));
    }
    for (int m = 0; m < view.measures().size(); m++) {
      Measure measure = view.measures().get(m);
      Map.Entry<String, DataType> column =
          ViewSchemas.columns(measure).entrySet().iterator().next();
      columns.put(column.getKey(), vector(column.getValue(), tiles.measure(m)));
    }
    return columns;
  }

  private static ColumnVector vector(DataType type, Column column) {
    if (column instanceof Column.Longs longs) {
      return Vectors.longs(type, longs.size(), longs::at);
    } else if (column instanceof Column.Texts texts) {
      return Vectors.texts(texts.size(), texts::at);
    } else if (column instanceof Column.Money money) {
      return Vectors.decimals(type, money.size(), money::at);
    }
    Column.Distincts distincts = (Column.Distincts) column;
    return Vectors.binaries(distincts.size(), row -> distincts.sketches()[row]);
  }

  /** Reads an epoch's file: its header and the tiles of the views asked for. */
  public static EpochFile read(Storage storage, DataFile file, List<View> views) {
    EpochFileReader reader = new EpochFileReader(views);
    ParquetFiles.read(storage, file, reader.columns(SCHEMA, HeaderColumns.TYPES.keySet()), reader);
    return reader.result(file);
  }

  /** A file of a stream's table, read. */
  public record EpochFile(DataFile file, EpochHeader header, Map<String, Tiles> tiles) {
    public EpochFile {
      tiles = Map.copyOf(tiles);
    }
  }
}
