package dev.anabranch.cli.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An artefact of somebody else.
 *
 * @param name {@code group:artifact}
 * @param licence as its own project writes it
 */
record Dependency(String name, String version, String licence) {

  /** A line of the list that Maven's licence plugin makes. */
  private static final Pattern LINE =
      Pattern.compile("^ +\\((.*?)\\) .*\\(([^():]+:[^():]+):([^():]+) - .*\\)$");

  static List<Dependency> read(Path list) throws IOException {
    try (Stream<String> lines = Files.lines(list)) {
      return lines.map(Dependency::parse).flatMap(Optional::stream).toList();
    }
  }

  private static Optional<Dependency> parse(String line) {
    Matcher matcher = LINE.matcher(line);
    return matcher.matches()
        ? Optional.of(new Dependency(matcher.group(2), matcher.group(3), matcher.group(1)))
        : Optional.empty();
  }
}
