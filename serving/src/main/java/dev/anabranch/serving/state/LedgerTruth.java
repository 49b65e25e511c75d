package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.ledger.LedgerEntry;
import dev.anabranch.lakehouse.view.TileBuilder;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import dev.anabranch.serving.index.ViewTiers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The truth, from the ledger of what was sent: each distinct event of it once. The file is read as
 * it grows, whole lines only. Ids of events are kept in memory, for as long as serving runs.
 */
final class LedgerTruth {
  private static final int MOST_BYTES_A_LOOK = 8 << 20;

  private final Path file;
  private final EventValidator validator = new EventValidator();
  private final Set<String> seen = new HashSet<>();
  private long position;
  private ViewTiers views = ViewTiers.EMPTY;

  LedgerTruth(Path file) {
    this.file = file;
  }

  ViewTiers views() {
    return views;
  }

  /** Reads what was added since the last look; true where there were events. */
  boolean poll() throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    List<String> lines = lines();
    List<TileBuilder> builders = Views.ALL.stream().map(TileBuilder::new).toList();
    boolean any = false;
    for (String line : lines) {
      LedgerEntry entry = LedgerEntry.parse(line, validator);
      boolean sent =
          entry.kind() == LedgerEntry.Kind.EVENT || entry.kind() == LedgerEntry.Kind.LATE;
      if (sent && entry.event().isPresent() && seen.add(entry.event().get().eventId())) {
        builders.forEach(builder -> builder.add(entry.event().get()));
        any = true;
      }
    }
    if (any) {
      Map<String, Tiles> tiles = new HashMap<>();
      for (int v = 0; v < builders.size(); v++) {
        View view = Views.ALL.get(v);
        tiles.put(view.name(), builders.get(v).build());
      }
      views = views.plus(tiles);
    }
    return any;
  }

  private List<String> lines() throws IOException {
    try (RandomAccessFile ledger = new RandomAccessFile(file.toFile(), "r")) {
      ledger.seek(position);
      byte[] bytes = new byte[(int) Math.min(MOST_BYTES_A_LOOK, ledger.length() - position)];
      ledger.readFully(bytes);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      position += end;
      ByteArrayOutputStream whole = new ByteArrayOutputStream(end);
      whole.write(bytes, 0, end);
      return whole.toString(StandardCharsets.UTF_8).lines().toList();
    }
  }
}
