package dev.anabranch.serving.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.serving.query.RandomEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TierTest {
  private static final int MONTH_OF_MINUTES = 30 * 1440;

  private static Tiles tiles(List<Event> events) {
    return RandomEvents.tiles(events).get(Activity.VIEW.name());
  }

  /** Counts what is merged into it. */
  private record Sum(long events, int merges) implements Index<Sum> {
    @Override
    public Sum plus(Tiles tiles) {
      return new Sum(events + total(tiles), merges + 1);
    }
  }

  private static long total(Tiles tiles) {
    long sum = 0;
    for (int row = 0; row < tiles.size(); row++) {
      sum += tiles.longMeasure(Activity.VIEW.measure("events")).at(row);
    }
    return sum;
  }

  @Test
  void mergesSeveralEpochsAtOnceWhereNobodyAsks() {
    Tier<Sum> tier = Tier.of(Activity.VIEW, new Sum(0, 0));
    for (int epoch = 0; epoch < 10 * Tier.MOST_PENDING; epoch++) {
      tier = tier.plus(tiles(RandomEvents.of(epoch, 0, 5, 10)));
    }
    assertThat(tier.index()).isEqualTo(new Sum(50L * Tier.MOST_PENDING, 10));
  }

  @Test
  void mergesAheadWhereSomebodyAsksEachTime() {
    Tier<Sum> tier = Tier.of(Activity.VIEW, new Sum(0, 0));
    for (int epoch = 0; epoch < 5; epoch++) {
      assertThat(tier.index()).isEqualTo(new Sum(5L * epoch, epoch));
      tier = tier.plus(tiles(RandomEvents.of(epoch, 0, 5, 10)));
    }
    assertThat(tier.plus(tiles(List.of()))).isSameAs(tier);
  }

  @Test
  void earlierTiersStayWhatTheyWereWhoeverAsksFirst() throws Exception {
    List<Tier<Sum>> tiers = new ArrayList<>(List.of(Tier.of(Activity.VIEW, new Sum(0, 0))));
    for (int epoch = 0; epoch < 200; epoch++) {
      tiers.add(tiers.get(epoch).plus(tiles(RandomEvents.of(epoch, 0, 3, 10))));
    }
    ExecutorService readers = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> read = new ArrayList<>();
      for (int reader = 0; reader < 4; reader++) {
        Random random = new Random(reader);
        read.add(
            readers.submit(
                () -> {
                  for (int i = 0; i < 500; i++) {
                    int epoch = random.nextInt(tiers.size());
                    assertThat(tiers.get(epoch).index().events()).isEqualTo(3L * epoch);
                  }
                  return true;
                }));
      }
      for (Future<Boolean> reader : read) {
        assertThat(reader.get()).isTrue();
      }
    } finally {
      readers.shutdown();
    }
  }

  /** Parts that have days of their own, and parts that share days. */
  @Property(tries = 20)
  void anIndexOfPartsIsTheIndexOfAll(@ForAll long seed) {
    List<Event> events = RandomEvents.of(seed, 0, 150, MONTH_OF_MINUTES);
    Random random = new Random(seed);
    List<List<Event>> parts = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    boolean byDay = random.nextBoolean();
    for (Event event : events) {
      long day = event.eventTimeMicros() / (1440 * Key.Minute.MICROS);
      parts.get(byDay ? (int) (day % 3) : random.nextInt(3)).add(event);
    }
    ActivityIndex joined =
        ActivityIndex.join(parts.stream().map(part -> ActivityIndex.of(tiles(part))).toList());
    ActivityIndex whole = ActivityIndex.of(tiles(events));
    for (Grouping grouping : Grouping.ALL) {
      for (long minute = whole.nextMinute(ActivityIndex.BEGINNING);
          minute != ActivityIndex.NEVER;
          minute = whole.nextMinute(minute + Key.Minute.MICROS)) {
        same(
            joined.over(minute, minute + Key.Minute.MICROS, grouping),
            whole.over(minute, minute + Key.Minute.MICROS, grouping));
      }
      same(
          joined.over(ActivityIndex.BEGINNING, ActivityIndex.NEVER, grouping),
          whole.over(ActivityIndex.BEGINNING, ActivityIndex.NEVER, grouping));
    }
  }

  private static void same(Rolled actual, Rolled expected) {
    assertThat(actual.size()).isEqualTo(expected.size());
    for (int row = 0; row < expected.size(); row++) {
      assertThat(actual.events(row)).isEqualTo(expected.events(row));
      assertThat(actual.revenue(row)).isEqualTo(expected.revenue(row));
      assertThat(actual.leads(row)).isEqualTo(expected.leads(row));
    }
  }
}
