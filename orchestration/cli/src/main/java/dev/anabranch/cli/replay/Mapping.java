package dev.anabranch.cli.replay;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the rows of somebody's file become events.
 *
 * @param format absent where the file's name tells it
 * @param times how their times are written
 * @param decimal what their amounts have before the cents: a point or a comma
 */
record Mapping(
    Optional<Format> format,
    CsvFormat csv,
    TimeReader times,
    char decimal,
    Map<Target, FieldMapping> fields) {

  Mapping {
    fields = Map.copyOf(new EnumMap<>(fields));
  }

  Format formatOf(Path file) {
    return format.orElseGet(() -> Format.of(file));
  }

  /** The columns that it names, each once. */
  List<String> columns() {
    List<String> columns = new ArrayList<>();
    for (Target target : Target.values()) {
      if (fields.containsKey(target)
          && fields.get(target).source() instanceof Source.Column column
          && !columns.contains(column.name())) {
        columns.add(column.name());
      }
    }
    return columns;
  }
}
