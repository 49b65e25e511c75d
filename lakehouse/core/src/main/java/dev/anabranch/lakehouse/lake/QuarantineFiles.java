package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.Vectors;
import dev.anabranch.lakehouse.event.Reason;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Rows of {@code quarantine/events}. */
public final class QuarantineFiles {
  /** The application id under which epochs commit refused records, so that each comes once. */
  public static final String APPLICATION = "speed-quarantine";

  public static final StructType SCHEMA =
      new StructType()
          .add("topic", StringType.STRING)
          .add("partition", IntegerType.INTEGER)
          .add("offset", LongType.LONG)
          .add("kafka_timestamp", TimestampType.TIMESTAMP)
          .add("reason", StringType.STRING)
          .add("detail", StringType.STRING)
          .add("value", BinaryType.BINARY)
          .add("epoch", LongType.LONG);

  private QuarantineFiles() {}

  public static DataFile write(
      Storage storage, Path table, long epoch, List<RefusedRecord> records) {
    int size = records.size();
    List<ColumnVector> columns =
        List.of(
            Vectors.texts(size, row -> records.get(row).topic()),
            Vectors.ints(size, row -> records.get(row).partition()),
            Vectors.longs(LongType.LONG, size, row -> records.get(row).offset()),
            Vectors.longs(
                TimestampType.TIMESTAMP, size, row -> records.get(row).kafkaTimestamp() * 1000),
            Vectors.texts(size, row -> records.get(row).reason().wireName()),
            Vectors.texts(size, row -> records.get(row).detail()),
            Vectors.binaries(size, row -> records.get(row).value().orElse(null)),
            Vectors.longs(LongType.LONG, size, row -> epoch));
    return ParquetFiles.write(storage, table, List.of(Vectors.batch(SCHEMA, size, columns)));
  }

  /** The records of a file; without their values where only the index of a file is wanted. */
  public static List<RefusedRecord> read(Storage storage, DataFile file, boolean withValues) {
    StructType columns = new StructType();
    for (var field : SCHEMA.fields()) {
      if (withValues || !field.getName().equals("value")) {
        columns = columns.add(field);
      }
    }
    List<RefusedRecord> records = new ArrayList<>();
    ParquetFiles.read(storage, file, columns, batch -> add(batch, withValues, records));
    return records;
  }

  private static void add(ColumnarBatch batch, boolean withValues, List<RefusedRecord> records) {
    for (int row = 0; row < batch.getSize(); row++) {
      ColumnVector values = withValues ? batch.getColumnVector(6) : null;
      records.add(
          new RefusedRecord(
              batch.getColumnVector(0).getString(row),
              batch.getColumnVector(1).getInt(row),
              batch.getColumnVector(2).getLong(row),
              Math.floorDiv(batch.getColumnVector(3).getLong(row), 1000),
              Reason.valueOf(batch.getColumnVector(4).getString(row).toUpperCase(Locale.ROOT)),
              batch.getColumnVector(5).getString(row),
              values == null || values.isNullAt(row)
                  ? Optional.empty()
                  : Optional.of(values.getBinary(row))));
    }
  }
}
