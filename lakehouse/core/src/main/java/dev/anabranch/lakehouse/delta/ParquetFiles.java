package dev.anabranch.lakehouse.delta;

import dev.anabranch.lakehouse.error.PlatformException;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.InputFile;

/** Parquet files of the Kernel's batches: one file a write, durable when it returns. */
public final class ParquetFiles {
  private ParquetFiles() {}

  /**
   * One new file in the table's folder, which no commit names yet, with all rows of the batches;
   * they share one schema.
   *
   * <p>The Kernel's own writer loads Hadoop's default settings anew for each file and asks for the
   * size of all pages after each row, which together cost more than to write an epoch's tiles.
   */
  public static DataFile write(Storage storage, Path table, List<ColumnarBatch> batches) {
    Path path = new Path(table, UUID.randomUUID() + ".snappy.parquet");
    try {
      StructType schema = batches.get(0).getSchema();
      BatchWriteSupport rows = new BatchWriteSupport(schema);
      NewFile file = storage.place().begin(path);
      try (ParquetWriter<Integer> writer = new Writer(storage, file, schema, rows).build()) {
        for (ColumnarBatch batch : batches) {
          rows.begin(batch);
          for (int row = 0; row < batch.getSize(); row++) {
            writer.write(row);
          }
        }
      }
      NewFile.Written written = file.settle();
      return new DataFile(
          path.toString(),
          written.size(),
          written.modificationTime(),
          Map.of(),
          batches.stream().mapToLong(ColumnarBatch::getSize).sum());
    } catch (IOException e) {
      throw PlatformException.external(
          "Cannot write a file of %s: %s. %s"
              .formatted(table, e.getMessage(), storage.place().advice()),
          e);
    }
  }

  private static final class Writer extends ParquetWriter.Builder<Integer, Writer> {
    private final BatchWriteSupport rows;

    Writer(Storage storage, NewFile file, StructType schema, BatchWriteSupport rows) {
      super(file.output());
      this.rows = rows;
      withConf(storage.hadoop());
      withCompressionCodec(CompressionCodecName.SNAPPY);
      // Sums, instants and sketches seldom repeat: a dictionary of them is work for nothing.
      for (StructField field : schema.fields()) {
        DataType type = field.getDataType();
        withDictionaryEncoding(
            field.getName(), type instanceof StringType || type instanceof LongType);
      }
    }

    @Override
    protected Writer self() {
      return this;
    }

    @Override
    protected WriteSupport<Integer> getWriteSupport(Configuration hadoop) {
      return rows;
    }
  }

  /** Reads columns of a file, batch by batch; columns that it lacks are null. */
  public static void read(
      Storage storage, DataFile file, StructType columns, Consumer<ColumnarBatch> reader) {
    try {
      InputFile input = storage.place().input(new Path(file.path()), file.size());
      ParquetRows.read(storage.hadoop(), input, columns, reader);
    } catch (IOException e) {
      throw PlatformException.external(
          "Cannot read %s: %s".formatted(file.path(), e.getMessage()), e);
    }
  }
}
