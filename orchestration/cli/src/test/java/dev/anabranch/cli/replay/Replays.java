package dev.anabranch.cli.replay;

import dev.anabranch.lakehouse.event.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** What a file and a mapping give, without a platform. */
record Replays(List<Event> events, long rows, UnmappedRows unmapped) {

  static final Clock NOW = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

  static Replays of(Path file, Path mappingFile) throws IOException {
    Mapping mapping = MappingFile.read(mappingFile);
    List<String> columns = mapping.columns();
    UnmappedRows unmapped = new UnmappedRows();
    List<Event> events = new ArrayList<>();
    try (RowReader reader = RowReader.open(file, mapping, columns)) {
      MappedEvents mapped =
          new MappedEvents(file, reader, new RowMapper(mapping, columns, NOW), unmapped);
      mapped.forEachRemaining(events::add);
      return new Replays(events, mapped.rows(), unmapped);
    }
  }
}
