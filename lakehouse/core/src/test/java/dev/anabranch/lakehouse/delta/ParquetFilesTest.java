package dev.anabranch.lakehouse.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.error.PlatformException;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFilesTest {
  private static final DecimalType MONEY = new DecimalType(38, 2);
  private static final MapType OFFSETS = new MapType(IntegerType.INTEGER, LongType.LONG, false);
  private static final StructType SCHEMA =
      new StructType()
          .add("text", StringType.STRING)
          .add("bytes", BinaryType.BINARY)
          .add("int", IntegerType.INTEGER)
          .add("long", LongType.LONG)
          .add("instant", TimestampType.TIMESTAMP)
          .add("money", MONEY)
          .add("map", OFFSETS)
          .add("nothing", StringType.STRING);

  private static final List<String> TEXTS = List.of("", "é\u0000\uD83D\uDE00", "x".repeat(70_000));
  private static final List<BigDecimal> AMOUNTS =
      List.of(
          new BigDecimal("0.00"),
          new BigDecimal("-0.01"),
          new BigDecimal("9".repeat(36) + ".99").negate());

  private final Storage storage = Storage.local();
  @TempDir Path folder;

  @Test
  void everyTypeComesBackAsItWasWritten() {
    DataFile file = write(rows(3), rows(0), rows(2));
    assertThat(file.rows()).isEqualTo(5);
    List<List<Object>> expected = new ArrayList<>(values(rows(3)));
    expected.addAll(values(rows(2)));
    List<List<Object>> read = new ArrayList<>();
    ParquetFiles.read(storage, file, SCHEMA, batch -> read.addAll(values(batch)));
    assertThat(read).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void theKernelsOwnReaderReadsIt() throws IOException {
    DataFile file = write(rows(3));
    List<List<Object>> read = new ArrayList<>();
    try (var batches =
        storage
            .engine()
            .getParquetHandler()
            .readParquetFiles(one(file), SCHEMA, Optional.empty())) {
      while (batches.hasNext()) {
        read.addAll(values(batches.next()));
      }
    }
    assertThat(read).usingRecursiveComparison().isEqualTo(values(rows(3)));
  }

  @Test
  void moreRowsThanAPageHoldsComeBackInOrder() {
    StructType schema = new StructType().add("n", LongType.LONG);
    ColumnVector numbers = Vectors.longs(LongType.LONG, 100_000, row -> row * 31L);
    DataFile file =
        ParquetFiles.write(
            storage, table(), List.of(Vectors.batch(schema, 100_000, List.of(numbers))));
    List<Long> read = new ArrayList<>();
    ParquetFiles.read(
        storage,
        file,
        schema,
        batch -> {
          for (int row = 0; row < batch.getSize(); row++) {
            read.add(batch.getColumnVector(0).getLong(row));
          }
        });
    assertThat(read).hasSize(100_000);
    for (int row = 0; row < read.size(); row++) {
      assertThat(read.get(row)).isEqualTo(row * 31L);
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Files.writeString(folder.resolve("table"), "a file where the folder should be");
    assertThatThrownBy(() -> write(rows(1)))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("Cannot write a file of " + table());
  }

  private DataFile write(ColumnarBatch... batches) {
    return ParquetFiles.write(storage, table(), List.of(batches));
  }

  private org.apache.hadoop.fs.Path table() {
    return new org.apache.hadoop.fs.Path(folder.resolve("table").toUri());
  }

  /** Rows of the values above; of more than one row the second has nulls wherever it may. */
  private static ColumnarBatch rows(int size) {
    SortedMap<Integer, Long> map = new TreeMap<>(Map.of(0, 1L, 3, Long.MAX_VALUE));
    return Vectors.batch(
        SCHEMA,
        size,
        List.of(
            Vectors.texts(size, row -> row == 1 ? null : TEXTS.get(row)),
            Vectors.binaries(size, row -> row == 1 ? null : new byte[] {0, -1, (byte) row}),
            Vectors.ints(size, row -> -row),
            Vectors.longs(LongType.LONG, size, row -> Long.MIN_VALUE + row),
            Vectors.longs(TimestampType.TIMESTAMP, size, row -> -1L - row),
            Vectors.decimals(MONEY, size, AMOUNTS::get),
            Vectors.maps(OFFSETS, size, row -> row == 1 ? null : row == 0 ? map : new TreeMap<>()),
            Vectors.nulls(StringType.STRING, size)));
  }

  private static List<List<Object>> values(ColumnarBatch batch) {
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < batch.getSize(); row++) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < SCHEMA.length(); i++) {
        ColumnVector column = batch.getColumnVector(i);
        values.add(column.isNullAt(row) ? null : value(column, row, i));
      }
      rows.add(values);
    }
    return rows;
  }

  private static Object value(ColumnVector column, int row, int position) {
    return switch (SCHEMA.at(position).getName()) {
      case "text", "nothing" -> column.getString(row);
      case "bytes" -> column.getBinary(row);
      case "int" -> column.getInt(row);
      case "money" -> column.getDecimal(row);
      case "map" -> entries(column.getMap(row));
      default -> column.getLong(row);
    };
  }

  private static Map<Integer, Long> entries(MapValue map) {
    Map<Integer, Long> entries = new HashMap<>();
    for (int entry = 0; entry < map.getSize(); entry++) {
      entries.put(map.getKeys().getInt(entry), map.getValues().getLong(entry));
    }
    return entries;
  }

  private static CloseableIterator<FileStatus> one(DataFile file) {
    FileStatus status = FileStatus.of(file.path(), file.size(), file.modificationTime());
    return io.delta.kernel.internal.util.Utils.singletonCloseableIterator(status);
  }
}
