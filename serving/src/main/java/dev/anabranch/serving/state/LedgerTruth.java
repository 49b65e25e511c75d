package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.ledger.LedgerEntry;
import dev.anabranch.lakehouse.view.TileBuilder;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import dev.anabranch.serving.index.ViewTiers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The truth, from the ledger of what was sent: each distinct event in it once. The file is read as
 * it grows, whole lines only; a file that became shorter is another one and is read anew. Not safe
 * for use by several threads at once.
 */
final class LedgerTruth {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerTruth.class);
  private static final int MOST_BYTES_A_LOOK = 4 << 20;

  private final Path file;
  private final EventValidator validator = new EventValidator();
  private IdSet seen = new IdSet();
  private long position;
  private boolean caughtUp;
  private ViewTiers views = ViewTiers.EMPTY;

  LedgerTruth(Path file) {
    this.file = file;
  }

  ViewTiers views() {
    return views;
  }

  /** Whether the last look read up to the end of the file. */
  boolean caughtUp() {
    return caughtUp;
  }

  /** Reads what was added since the last look. */
  void poll() throws IOException {
    if (!Files.exists(file)) {
      caughtUp = true;
      return;
    }
    Map<View, TileBuilder> added =
        Views.ALL.stream().collect(Collectors.toMap(Function.identity(), TileBuilder::new));
    boolean any = false;
    for (String line : newLines().lines().toList()) {
      Optional<Event> event = event(line);
      if (event.isPresent() && seen.add(event.get().eventId())) {
        added.values().forEach(tiles -> tiles.add(event.get()));
        any = true;
      }
    }
    if (any) {
      views =
          views.plus(
              added.entrySet().stream()
                  .collect(
                      Collectors.toMap(
                          entry -> entry.getKey().name(), entry -> entry.getValue().build())));
    }
  }

  /** The event of a line; what is not a line of a ledger is left out. */
  private Optional<Event> event(String line) {
    try {
      return LedgerEntry.parse(line, validator).event();
    } catch (IllegalArgumentException e) {
      LOG.warn("{}: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  private String newLines() throws IOException {
    try (RandomAccessFile ledger = new RandomAccessFile(file.toFile(), "r")) {
      long length = ledger.length();
      if (length < position) {
        position = 0;
        seen = new IdSet();
        views = ViewTiers.EMPTY;
      }
      byte[] bytes = new byte[(int) Math.min(MOST_BYTES_A_LOOK, length - position)];
      ledger.seek(position);
      ledger.readFully(bytes);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      caughtUp = position + bytes.length == length;
      position += end;
      return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
  }
}
