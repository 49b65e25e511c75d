package dev.anabranch.cli.replay;

import de.siegmar.fastcsv.reader.CsvParseException;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.replay.MappedRow.Mapped;
import dev.anabranch.cli.replay.MappedRow.Unmapped;
import dev.anabranch.lakehouse.event.Event;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.parquet.ParquetRuntimeException;

/** The events of a file in its order. Rows that do not map are told of and passed over. */
final class MappedEvents implements Iterator<Event> {

  private final Path file;
  private final RowReader reader;
  private final RowMapper mapper;
  private final UnmappedRows unmapped;
  private Optional<Event> next = Optional.empty();
  private long rows;

  MappedEvents(Path file, RowReader reader, RowMapper mapper, UnmappedRows unmapped) {
    this.file = file;
    this.reader = reader;
    this.mapper = mapper;
    this.unmapped = unmapped;
  }

  /** The rows that were read so far. */
  long rows() {
    return rows;
  }

  @Override
  public boolean hasNext() {
    try {
      while (next.isEmpty() && reader.hasNext()) {
        take(mapper.map(reader.next()));
      }
      return next.isPresent();
    } catch (UncheckedIOException | CsvParseException | ParquetRuntimeException e) {
      throw CommandFailure.failed(
          "Reading %s failed after row %d: %s. What came before was sent."
              .formatted(file, rows, Texts.reason(e)),
          e);
    }
  }

  private void take(MappedRow row) {
    rows++;
    if (row instanceof Mapped mapped) {
      next = Optional.of(mapped.event());
    } else {
      unmapped.add((Unmapped) row);
    }
  }

  @Override
  public Event next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The file has " + rows + " rows");
    }
    Event event = next.orElseThrow();
    next = Optional.empty();
    return event;
  }
}
