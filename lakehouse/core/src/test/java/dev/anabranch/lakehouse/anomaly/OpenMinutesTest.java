package dev.anabranch.lakehouse.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.TileBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OpenMinutesTest {
  private static final Duration LATENESS = Duration.ofMinutes(1);
  private static final Group VISITS = new Group("web_visit", "organic");
  private static final long SECOND = 1_000_000L;
  private static final long START = 1_700_000_400L * SECOND;

  private final List<ClosedMinute> closed = new ArrayList<>();
  private OpenMinutes minutes = OpenMinutes.begin(LATENESS);
  private long epoch;

  @Test
  void aMinuteClosesOnceEventsAreFarEnoughPastIt() {
    epoch(10, 20);
    epoch(70, 80, 119);
    epoch(121, 130);
    assertThat(closed).isEmpty();
    epoch(180);
    assertThat(counts()).containsExactly("1: 3");
    // Late for minute 1, in time for minute 2.
    epoch(90, 150);
    epoch(240);
    assertThat(counts()).containsExactly("1: 3", "2: 3");
  }

  @Test
  void aClientWhoseClockIsAheadClosesNothing() {
    epoch(10);
    epoch(70);
    epochAt(100, 75, 400);
    assertThat(closed).isEmpty();
    epoch(185);
    assertThat(counts()).containsExactly("1: 2");
  }

  @Test
  void aShortSilenceIsClosedWithoutEventsAndALongOneIsPassedOver() {
    epoch(10);
    epoch(70);
    epoch(5 * 60);
    epoch(7 * 60);
    assertThat(counts()).containsExactly("1: 1", "2: 0", "3: 0", "4: 0", "5: 1");
    assertThat(closed).allMatch(ClosedMinute::whole);
    closed.clear();
    epoch(60 * 60);
    epoch(61 * 60, 62 * 60);
    epoch(63 * 60);
    assertThat(counts()).containsExactly("6: 0", "7: 1", "60: 1", "61: 1");
    // What borders on it may be cut.
    assertThat(closed.stream().map(ClosedMinute::whole)).containsExactly(true, false, false, true);
  }

  @Test
  void aLeadsRevenueIsSummedOverTenMinutesAndItsEventsOverOne() {
    epoch(10);
    // Minute 8 of ten, 9, then 10, which begins the next ten: START is a whole ten minutes.
    buy(8 * 60 + 1, 8 * 60 + 2);
    buy(9 * 60 + 1);
    buy(10 * 60 + 1);
    epoch(12 * 60);
    assertThat(closed.stream().flatMap(minute -> minute.leads().values().stream()))
        .containsExactly(
            new ClosedMinute.Lead(2, 0, 2_000),
            new ClosedMinute.Lead(1, 2_000, 3_000),
            new ClosedMinute.Lead(1, 0, 1_000));
  }

  @Test
  void whoGoesOnFromAMarkClosesTheSameMinutesAlike() {
    Random random = new Random(11);
    List<long[]> epochs = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      long at = i * 12L;
      epochs.add(random.longs(5, Math.max(0, at - 200), at + 12).toArray());
    }
    epochs.forEach(this::epoch);
    List<ClosedMinute> whole = List.copyOf(closed);
    assertThat(whole.size()).isGreaterThan(70);
    for (int cut : new int[] {40, 133, 290, 395}) {
      closed.clear();
      minutes = OpenMinutes.begin(LATENESS);
      epoch = 0;
      epochs.subList(0, cut).forEach(this::epoch);
      OpenMinutes.Mark mark = minutes.mark(epoch);
      List<ClosedMinute> all = new ArrayList<>(closed);
      closed.clear();
      minutes = OpenMinutes.resume(mark, LATENESS);
      epoch = mark.fromEpoch() - 1;
      epochs.subList((int) epoch, epochs.size()).forEach(this::epoch);
      closed.stream().filter(m -> m.minute() >= mark.closedUntil()).forEach(all::add);
      assertThat(all).isEqualTo(whole);
    }
  }

  private List<String> counts() {
    return closed.stream()
        .map(
            minute ->
                (minute.minute() - START) / (60 * SECOND)
                    + ": "
                    + minute.counts().getOrDefault(VISITS, 0L))
        .toList();
  }

  private void epoch(long... seconds) {
    long newest = 0;
    for (long second : seconds) {
      newest = Math.max(newest, second);
    }
    epochAt(newest, seconds);
  }

  private void epochAt(long clock, long... seconds) {
    List<Event> events = new ArrayList<>();
    for (long second : seconds) {
      events.add(event(second, EventType.WEB_VISIT, "lead-" + second % 3));
    }
    add(clock, events);
  }

  private void buy(long... seconds) {
    List<Event> events = new ArrayList<>();
    for (long second : seconds) {
      events.add(event(second, EventType.PURCHASE, "buyer"));
    }
    add(seconds[seconds.length - 1], events);
  }

  private void add(long clock, List<Event> events) {
    epoch++;
    TileBuilder activity = new TileBuilder(Activity.VIEW);
    TileBuilder leads = new TileBuilder(Leads.VIEW);
    events.forEach(activity::add);
    events.forEach(leads::add);
    OptionalLong millis = OptionalLong.of((START + clock * SECOND) / 1_000);
    closed.addAll(minutes.add(epoch, millis, activity.build(), leads.build()));
  }

  private static Event event(long second, EventType type, String lead) {
    return new Event(
        "e" + second,
        lead,
        type,
        type == EventType.PURCHASE ? "email" : "organic",
        Optional.empty(),
        type == EventType.PURCHASE ? 1_000 : 0,
        START + second * SECOND);
  }
}
