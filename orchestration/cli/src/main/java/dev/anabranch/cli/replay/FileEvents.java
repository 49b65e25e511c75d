package dev.anabranch.cli.replay;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.event.EventJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** A file's rows as events in another file: one JSON a line, as they would go to Kafka. */
public final class FileEvents {
  private FileEvents() {}

  /**
   * Writes them.
   *
   * @return how many rows did not map and were left out
   * @throws CommandFailure the file or its mapping cannot be read
   */
  public static long write(Path file, Path mappingFile, Clock clock, Path target) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw CommandFailure.usage("There is no file " + file + ", or it cannot be read.");
    }
    Mapping mapping = MappingFile.read(mappingFile);
    List<String> columns = mapping.columns();
    UnmappedRows unmapped = new UnmappedRows();
    try (RowReader rows = RowReader.open(file, mapping, columns);
        OutputStream out = Files.newOutputStream(target)) {
      MappedEvents events =
          new MappedEvents(file, rows, new RowMapper(mapping, columns, clock), unmapped);
      while (events.hasNext()) {
        out.write(EventJson.write(events.next()));
        out.write('\n');
      }
    } catch (IOException e) {
      throw CommandFailure.failed("Cannot read %s: %s.".formatted(file, Texts.reason(e)), e);
    }
    return unmapped.rows();
  }
}
