package dev.anabranch.cli.replay;

import dev.anabranch.cli.failure.CommandFailure;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** A file's format. CSV and JSON Lines may be compressed with gzip. */
enum Format {
  CSV,
  JSON_LINES,
  PARQUET;

  /** The format of that name in a mapping. */
  static Format named(String name) {
    return find(name)
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "The mapping's format is \"%s\"; it must be csv, jsonl or parquet."
                        .formatted(name)));
  }

  /** The format that a file's name tells. */
  static Format of(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    return find(plain.substring(plain.lastIndexOf('.') + 1))
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    ("The name of %s does not tell its format; set `format` in the mapping to csv,"
                            + " jsonl or parquet.")
                        .formatted(file)));
  }

  private static Optional<Format> find(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "csv" -> Optional.of(CSV);
      case "jsonl", "json_lines", "ndjson", "json" -> Optional.of(JSON_LINES);
      case "parquet" -> Optional.of(PARQUET);
      default -> Optional.empty();
    };
  }
}
