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
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;

/**
 * The files of a stream's table: one an epoch, with the tiles of every view and the epoch's header.
 * The column {@code view} says what a row belongs to; a header's row says {@code epoch} there. One
 * file in one commit makes an epoch visible as a whole.
 */
public final class TileFiles {
  static final String HEADER = "epoch";
  private static final MapType OFFSETS = new MapType(IntegerType.INTEGER, LongType.LONG, false);

  /** Header columns beside {@code view}, in the order of {@link #headerColumns}. */
  private static final Map<String, DataType> HEADER_COLUMNS = headerTypes();

  public static final StructType SCHEMA = schema();

  private TileFiles() {}

  private static Map<String, DataType> headerTypes() {
    Map<String, DataType> types = new LinkedHashMap<>();
    types.put("first_epoch", LongType.LONG);
    types.put("epoch", LongType.LONG);
    types.put("from_offsets", OFFSETS);
    types.put("until_offsets", OFFSETS);
    types.put("newest_kafka_timestamp", TimestampType.TIMESTAMP);
    types.put("accepted_total", LongType.LONG);
    types.put("quarantined_total", LongType.LONG);
    types.put("duplicates_total", LongType.LONG);
    types.put("late_total", LongType.LONG);
    types.put("watermark", TimestampType.TIMESTAMP);
    types.put("newest_event_times", OFFSETS);
    types.put("newest_kafka_times", OFFSETS);
    types.put("newest_accepted_times", OFFSETS);
    return types;
  }

  private static StructType schema() {
    Map<String, DataType> columns = new LinkedHashMap<>();
    columns.put("view", StringType.STRING);
    columns.putAll(HEADER_COLUMNS);
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
    batches.add(batch(1, HEADER, headerColumns(header)));
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

  private static Map<String, ColumnVector> headerColumns(EpochHeader header) {
    Map<String, ColumnVector> columns = new LinkedHashMap<>();
    columns.put("first_epoch", number(header.firstEpoch()));
    columns.put("epoch", number(header.epoch()));
    columns.put("from_offsets", map(header.from().byPartition()));
    columns.put("until_offsets", map(header.until().byPartition()));
    header
        .newestKafkaTimestamp()
        .ifPresent(millis -> columns.put("newest_kafka_timestamp", instant(millis * 1000)));
    columns.put("accepted_total", number(header.acceptedTotal()));
    columns.put("quarantined_total", number(header.quarantinedTotal()));
    columns.put("duplicates_total", number(header.duplicatesTotal()));
    columns.put("late_total", number(header.lateTotal()));
    header.watermark().ifPresent(micros -> columns.put("watermark", instant(micros)));
    columns.put("newest_event_times", map(header.newestEventTimes()));
    columns.put("newest_kafka_times", map(header.newestKafkaTimes()));
    columns.put("newest_accepted_times", map(header.newestAcceptedTimes()));
    return columns;
  }

  private static ColumnVector number(long value) {
    return Vectors.longs(LongType.LONG, 1, row -> value);
  }

  private static ColumnVector instant(long micros) {
    return Vectors.longs(TimestampType.TIMESTAMP, 1, row -> micros);
  }

  private static ColumnVector map(SortedMap<Integer, Long> value) {
    return Vectors.maps(OFFSETS, 1, row -> value);
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
    ParquetFiles.read(storage, file, reader.columns(SCHEMA, HEADER_COLUMNS.keySet()), reader);
    return reader.result(file);
  }

  /** A file of a stream's table, read. */
  public record EpochFile(DataFile file, EpochHeader header, Map<String, Tiles> tiles) {
    public EpochFile {
      tiles = Map.copyOf(tiles);
    }
  }

  static OptionalLong optional(boolean there, long value) {
    return there ? OptionalLong.of(value) : OptionalLong.empty();
  }
}
