package dev.anabranch.serving.query;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.view.TileBuilder;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Accepted events of few groups, so that groups meet; the same seed gives the same events. */
public final class RandomEvents {
  public static final long START = 1_763_806_500_000_000L;

  private static final String[] CHANNELS = {"email", "ads", "unknown", "größer", "\uD83D\uDE00"};

  private static final List<EventType> TYPES = List.of(EventType.values());

  private RandomEvents() {}

  /** Events with ids from one number on, over some minutes, most of them in few. */
  public static List<Event> of(long seed, int firstId, int count, int minutes) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      EventType type = TYPES.get(random.nextInt(TYPES.size()));
      long span = (random.nextInt(3) == 0 ? minutes : Math.max(1, minutes / 20)) * 60_000_000L;
      events.add(
          new Event(
              "e-" + (firstId + i),
              "lead-" + random.nextInt(40),
              type,
              CHANNELS[random.nextInt(CHANNELS.length)],
              Optional.empty(),
              type == EventType.PURCHASE ? random.nextLong(1_000_000_000_000_000_000L) : 0,
              START + random.nextLong(span)));
    }
    return events;
  }

  public static Map<String, Tiles> tiles(List<Event> events) {
    Map<String, Tiles> tiles = new HashMap<>();
    for (View view : Views.ALL) {
      TileBuilder builder = new TileBuilder(view);
      events.forEach(builder::add);
      tiles.put(view.name(), builder.build());
    }
    return tiles;
  }
}
