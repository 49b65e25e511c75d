package dev.anabranch.batch;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Every third lead fills in a form and mostly buys soon after; the others hardly ever. */
final class TestLeads {
  private static final long SEED = 20_261_127;
  private static final long HOUR = 3_600_000_000L;

  private TestLeads() {}

  /** The events of the last ten days. */
  static List<Event> events(int leads) {
    Random random = new Random(SEED);
    long start = (System.currentTimeMillis() / 1_000 - 10 * 86_400) * 1_000_000;
    List<Event> events = new ArrayList<>();
    for (int lead = 0; lead < leads; lead++) {
      long time = start + random.nextInt(9 * 24) * HOUR;
      for (int i = 0; i < 4; i++) {
        boolean form = lead % 3 == 0 && i == 2;
        EventType type = form ? EventType.FORM_SUBMISSION : EventType.WEB_VISIT;
        events.add(event(lead, i, type, time));
        time += HOUR / 10;
        if (random.nextDouble() < (form ? 0.7 : 0.03)) {
          events.add(event(lead, 10 + i, EventType.PURCHASE, time));
        }
        time += HOUR;
      }
    }
    return events;
  }

  /**
   * An event.
   *
   * @param number of the lead's events
   * @param time microseconds
   */
  static Event event(int lead, int number, EventType type, long time) {
    return new Event(
        lead + "-" + number,
        "lead-" + lead,
        type,
        "email",
        Optional.of("/"),
        type == EventType.PURCHASE ? 1_000 : 0,
        time);
  }
}
