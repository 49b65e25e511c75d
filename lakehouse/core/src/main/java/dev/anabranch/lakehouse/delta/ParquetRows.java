package dev.anabranch.lakehouse.delta;

import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.defaults.internal.parquet.ParquetFileReader.BatchReadSupport;
import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport.ReadContext;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.RecordMaterializer;

/**
 * Reads a Parquet file into the Kernel's batches, by the Kernel's converters. The Kernel's own
 * handler parses Hadoop's default settings, a large XML file, for each file that it opens, which
 * takes several times as long as to read one epoch.
 */
final class ParquetRows {
  private static final int BATCH_ROWS = 1024;

  private ParquetRows() {}

  static void read(
      Configuration hadoop, InputFile input, StructType columns, Consumer<ColumnarBatch> reader)
      throws IOException {
    try (ParquetFileReader file =
        ParquetFileReader.open(input, HadoopReadOptions.builder(hadoop).build())) {
      FileMetaData metadata = file.getFooter().getFileMetaData();
      Map<String, String> properties = metadata.getKeyValueMetaData();
      BatchReadSupport support = new BatchReadSupport(BATCH_ROWS, columns);
      ReadContext context =
          support.init(new InitContext(hadoop, asSets(properties), metadata.getSchema()));
      RecordMaterializer<Object> rows =
          support.prepareForRead(hadoop, properties, metadata.getSchema(), context);
      file.setRequestedSchema(context.getRequestedSchema());
      MessageColumnIO io =
          new ColumnIOFactory(metadata.getCreatedBy())
              .getColumnIO(context.getRequestedSchema(), metadata.getSchema());
      long position = 0;
      int inBatch = 0;
      for (PageReadStore group = file.readNextRowGroup();
          group != null;
          group = file.readNextRowGroup()) {
        RecordReader<Object> records = io.getRecordReader(group, rows);
        for (long row = 0; row < group.getRowCount(); row++) {
          records.read();
          support.finalizeCurrentRow(position++);
          if (++inBatch == BATCH_ROWS) {
            reader.accept(support.getDataAsColumnarBatch(inBatch));
            inBatch = 0;
          }
        }
      }
      if (inBatch > 0) {
        reader.accept(support.getDataAsColumnarBatch(inBatch));
      }
    }
  }

  private static Map<String, Set<String>> asSets(Map<String, String> properties) {
    return new HashMap<>(
        properties.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> Set.of(entry.getValue()))));
  }
}
