package dev.anabranch.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's data folder. Its making takes seconds; one that was cut off in between can neither
 * be used nor be made again in place.
 */
record DataFolder(Path path) {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

  /** Notes that a server has started on it. */
  void complete() throws IOException {
    if (!Files.exists(marker())) {
      Files.createFile(marker());
    }
  }

  /** Renames a folder on which no server has ever started, so that a new one can be made. */
  void setAsideUnlessComplete() throws IOException {
    if (Files.exists(path) && !Files.exists(marker()) && !isEmpty()) {
      Path aside =
          path.resolveSibling(
              "%s-unfinished-%d".formatted(path.getFileName(), Instant.now().toEpochMilli()));
      Files.move(path, aside);
      LOG.warn("The making of {} was cut off: it is {} now, and a new one is made", path, aside);
    }
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  private Path marker() {
    return path.resolve("anabranch-complete");
  }
}
