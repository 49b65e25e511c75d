package dev.anabranch.cli.replay;

import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * The rows of a file, in its order. A file that breaks off or is damaged ends the iteration with an
 * {@link UncheckedIOException}.
 */
interface RowReader extends Iterator<Row>, AutoCloseable {

  @Override
  void close() throws IOException;

  /**
   * Opens a file.
   *
   * @param columns the columns to read
   * @throws CommandFailure exit code 2 where the file lacks a column or is none
   */
  static RowReader open(Path file, Mapping mapping, List<String> columns) throws IOException {
    return switch (mapping.formatOf(file)) {
      case CSV -> CsvRows.open(file, mapping.csv(), columns);
      case JSON_LINES -> JsonLinesRows.open(file, columns);
      case PARQUET -> ParquetRows.open(file, columns);
    };
  }

  /** The error for columns that are not in a file. */
  static CommandFailure missing(Path file, List<String> missing, String hasInstead) {
    return CommandFailure.usage(
        "%s has no column %s, which the mapping names; %s."
            .formatted(file, String.join(", ", missing), hasInstead));
  }
}
