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
}
