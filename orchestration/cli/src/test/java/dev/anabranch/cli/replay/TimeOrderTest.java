package dev.anabranch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TimeOrderTest {

  @Property(tries = 200)
  void sortsByTimeAndKeepsTheOrderOfEqualTimes(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 9) Integer> times,
      @ForAll @IntRange(min = 1, max = 20) int runEvents) {
    List<Event> events = new ArrayList<>();
    for (int time : times) {
      events.add(event(events.size(), time));
    }
    List<Event> sorted = new ArrayList<>();
    try (TimeOrder order = TimeOrder.of(events.iterator(), runEvents)) {
      order.forEachRemaining(sorted::add);
    }
    events.sort(Comparator.comparingLong(Event::eventTimeMicros));
    assertThat(sorted).isEqualTo(events);
  }

  private static Event event(int number, int time) {
    return new Event(
        "e-" + number,
        "lead",
        EventType.WEB_VISIT,
        "email",
        Optional.of(""),
        0,
        1_704_362_400_000_000L + time);
  }
}
