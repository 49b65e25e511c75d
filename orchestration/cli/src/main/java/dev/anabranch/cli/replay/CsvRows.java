package dev.anabranch.cli.replay;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * CSV by FastCSV. A row with more or fewer fields than the first one of the file is not read: where
 * a quote or a separator is amiss, values stand in the wrong columns.
 */
final class CsvRows implements RowReader {

  private final CloseableIterator<CsvRecord> records;
  private final int[] places;

  /** The fields that every row must have; 0 until the first row says it. */
  private int width;

  private long rows;

  private CsvRows(CloseableIterator<CsvRecord> records, int width, int... places) {
    this.records = records;
    this.width = width;
    this.places = places;
  }

  static CsvRows open(Path file, CsvFormat format, List<String> columns) throws IOException {
    CloseableIterator<CsvRecord> records =
        CsvReader.builder()
            .fieldSeparator(format.separator())
            .quoteCharacter(format.quote())
            .skipEmptyLines(true)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .ofCsvRecord(Texts.open(file))
            .iterator();
    try {
      if (!format.header()) {
        return new CsvRows(records, 0, numbered(columns));
      }
      List<String> header = records.hasNext() ? records.next().getFields() : List.of();
      return new CsvRows(records, header.size(), named(file, header, columns));
    } catch (CommandFailure | CsvParseException | UncheckedIOException e) {
      records.close();
      throw e;
    }
  }

  private static int[] named(Path file, List<String> header, List<String> columns) {
    List<String> missing = columns.stream().filter(column -> !header.contains(column)).toList();
    if (!missing.isEmpty()) {
      throw RowReader.missing(file, missing, "its header has " + header);
    }
    for (String column : columns) {
      if (Collections.frequency(header, column) > 1) {
        throw CommandFailure.usage(
            "%s has more than one column %s, which the mapping names.".formatted(file, column));
      }
    }
    return columns.stream().mapToInt(header::indexOf).toArray();
  }

  private static int[] numbered(List<String> columns) {
    return columns.stream().mapToInt(column -> Integer.parseInt(column) - 1).toArray();
  }

  @Override
  public boolean hasNext() {
    return records.hasNext();
  }

  @Override
  public Row next() {
    CsvRecord csv = records.next();
    rows++;
    int fields = csv.getFieldCount();
    width = width == 0 ? fields : width;
    if (fields != width) {
      return Row.unreadable(rows, "has " + fields + " fields instead of " + width);
    }
    List<String> values = new ArrayList<>(places.length);
    for (int place : places) {
      values.add(place < fields ? csv.getField(place) : "");
    }
    return Row.of(rows, values);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
