package dev.anabranch.cli.replay;

import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** Parquet by parquet-hadoop. Columns are plain ones at the top; others cannot be mapped. */
final class ParquetRows implements RowReader {

  private final ParquetReader<Group> reader;
  private final List<String> columns;
  private Optional<Group> next;
  private long rows;

  private ParquetRows(ParquetReader<Group> reader, List<String> columns) throws IOException {
    this.reader = reader;
    this.columns = columns;
    this.next = Optional.ofNullable(reader.read());
  }

  static ParquetRows open(Path file, List<String> columns) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toAbsolutePath().toUri());
    Configuration configuration = new Configuration();
    MessageType schema;
    try (ParquetFileReader footer =
        ParquetFileReader.open(HadoopInputFile.fromPath(path, configuration))) {
      schema = footer.getFileMetaData().getSchema();
    } catch (RuntimeException e) {
      // The library's way to say that the file is not Parquet.
      throw CommandFailure.usage(
          "%s is not a Parquet file that can be read: %s".formatted(file, e.getMessage()), e);
    }
    configuration.set(
        ReadSupport.PARQUET_READ_SCHEMA, projection(file, schema, columns).toString());
    ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), path).withConf(configuration).build();
    try {
      return new ParquetRows(reader, columns);
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  /** The columns that are wanted, or a first one where none is: rows must be counted. */
  private static MessageType projection(Path file, MessageType schema, List<String> columns) {
    List<String> missing =
        columns.stream().filter(column -> !schema.containsField(column)).toList();
    if (!missing.isEmpty()) {
      List<String> names = schema.getFields().stream().map(Type::getName).toList();
      throw RowReader.missing(file, missing, "it has " + names);
    }
    for (String column : columns) {
      Type type = schema.getType(column);
      if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
        throw CommandFailure.usage(
            "Column %s of %s is nested (%s); only plain columns can be mapped."
                .formatted(column, file, type));
      }
    }
    List<Type> types =
        columns.isEmpty()
            ? schema.getFields().subList(0, 1)
            : columns.stream().map(schema::getType).toList();
    return Types.buildMessage().addFields(types.toArray(Type[]::new)).named(schema.getName());
  }

  @Override
  public boolean hasNext() {
    return next.isPresent();
  }

  @Override
  public Row next() {
    Group group =
        next.orElseThrow(() -> new NoSuchElementException("The file has " + rows + " rows"));
    GroupType type = group.getType();
    rows++;
    List<String> values = new ArrayList<>(columns.size());
    for (String column : columns) {
      int place = type.getFieldIndex(column);
      boolean present = group.getFieldRepetitionCount(place) > 0;
      values.add(present ? ParquetValues.text(group, place) : "");
    }
    try {
      next = Optional.ofNullable(reader.read());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Row.of(rows, values);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
