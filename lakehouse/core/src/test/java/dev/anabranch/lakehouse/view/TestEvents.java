package dev.anabranch.lakehouse.view;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Random accepted events of few groups, so that groups meet; the same seed gives the same events.
 */
public final class TestEvents {
  private static final String[] CHANNELS = {
    "email", "ads", "unknown", "größer", "\uD83D\uDE00", "\uFF5E"
  };

  private TestEvents() {}

  public static List<Event> random(long seed, int count) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      EventType type = List.of(EventType.values()).get(random.nextInt(4));
      long cents = type == EventType.PURCHASE ? random.nextLong(1_000_000_000_000_000_000L) : 0;
      events.add(
          new Event(
              "e-" + i,
              "lead-" + random.nextInt(20),
              type,
              CHANNELS[random.nextInt(CHANNELS.length)],
              Optional.empty(),
              cents,
              1_700_000_000_000_000L + random.nextLong(600_000_000L)));
    }
    return events;
  }

  public static Tiles tiles(View view, List<Event> events) {
    TileBuilder builder = new TileBuilder(view);
    events.forEach(builder::add);
    return builder.build();
  }

  /** Rows as text; of a sketch its estimate, since the same sketch has several forms in bytes. */
  public static List<String> rows(View view, Tiles tiles) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < tiles.size(); row++) {
      List<Object> cells = new ArrayList<>();
      for (int k = 0; k < view.keys().size(); k++) {
        cells.add(cell(tiles.key(k), row));
      }
      for (int m = 0; m < view.measures().size(); m++) {
        cells.add(cell(tiles.measure(m), row));
      }
      rows.add(cells.toString());
    }
    return rows;
  }

  private static Object cell(Column column, int row) {
    if (column instanceof Column.Longs longs) {
      return longs.at(row);
    } else if (column instanceof Column.Texts texts) {
      return texts.at(row);
    } else if (column instanceof Column.Money money) {
      return money.at(row);
    }
    return DistinctSketch.estimate(((Column.Distincts) column).sketches()[row]);
  }
}
