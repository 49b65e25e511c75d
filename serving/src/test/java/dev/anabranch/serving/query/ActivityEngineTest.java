package dev.anabranch.serving.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.state.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ActivityEngineTest {
  private static final long MINUTE = 60_000_000L;

  private final ActivityEngine engine = new ActivityEngine();

  @Property(tries = 150)
  void answersAsTheEventsThemselves(
      @ForAll long seed,
      @ForAll @IntRange(max = 150) int count,
      @ForAll("queries") ActivityQuery query,
      @ForAll @IntRange(min = 1, max = 9) int epochs) {
    List<Event> events = RandomEvents.of(seed, 0, count, 3000);
    ViewTiers views = tiers(events, epochs, new Random(seed), query);
    assertThat(engine.page(views, query, Optional.empty(), 1_000_000).rows())
        .isEqualTo(Oracle.activity(events, query));
    assertThat(engine.summary(views, query)).isEqualTo(Oracle.summary(events, query));
  }

  @Property(tries = 100)
  void pagesAreTheWholeInParts(
      @ForAll long seed,
      @ForAll("queries") ActivityQuery query,
      @ForAll @IntRange(min = 1, max = 30) int limit) {
    List<Event> events = RandomEvents.of(seed, 0, 60, 300);
    ViewTiers views = ViewTiers.of(RandomEvents.tiles(events));
    List<ActivityRow> whole = Oracle.activity(events, query);
    List<ActivityRow> paged = new ArrayList<>();
    Optional<ActivityRow.Position> after = Optional.empty();
    Page<ActivityRow> page;
    do {
      page = engine.page(views, query, after, limit);
      assertThat(page.rows()).hasSize(Math.min(limit, whole.size() - paged.size()));
      paged.addAll(page.rows());
      after = paged.isEmpty() ? after : Optional.of(paged.get(paged.size() - 1).position());
    } while (page.more());
    assertThat(paged).isEqualTo(whole);
  }

  /** Some epochs at once, the others one by one, with questions between them. */
  private ViewTiers tiers(List<Event> events, int epochs, Random random, ActivityQuery query) {
    List<List<Event>> parts = new ArrayList<>();
    for (int i = 0; i < epochs; i++) {
      parts.add(new ArrayList<>());
    }
    events.forEach(event -> parts.get(random.nextInt(epochs)).add(event));
    ViewTiers views = ViewTiers.of(RandomEvents.tiles(parts.get(0)));
    for (List<Event> part : parts.subList(1, epochs)) {
      if (random.nextBoolean()) {
        engine.page(views, query, Optional.empty(), 50);
      }
      views = views.plus(RandomEvents.tiles(part));
    }
    return views;
  }

  @Provide
  Arbitrary<ActivityQuery> queries() {
    Arbitrary<long[]> windows =
        Arbitraries.of(
            new long[][] {
              {1, 1},
              {2, 1},
              {5, 5},
              {7, 7},
              {10, 5},
              {15, 15},
              {60, 60},
              {60, 1},
              {90, 30},
              {1440, 1440},
              {1440, 60},
              {1440, 1},
              {1337, 7}
            });
    Arbitrary<Set<String>> by =
        Arbitraries.of(ActivityQuery.EVENT_TYPE, ActivityQuery.CHANNEL).set().ofMaxSize(2);
    Arbitrary<Optional<Set<String>>> types =
        Arbitraries.of("web_visit", "purchase", "email_click")
            .set()
            .ofMinSize(1)
            .ofMaxSize(2)
            .optional();
    Arbitrary<Optional<Set<String>>> channels =
        Arbitraries.of("email", "größer", "nobody").set().ofMinSize(1).ofMaxSize(2).optional();
    Arbitrary<OptionalLong> from =
        Arbitraries.longs()
            .between(-100, 2000)
            .optional()
            .map(minute -> minute.map(ActivityEngineTest::instant).orElse(OptionalLong.empty()));
    Arbitrary<OptionalLong> to =
        Arbitraries.longs()
            .between(2001, 3100)
            .optional()
            .map(minute -> minute.map(ActivityEngineTest::instant).orElse(OptionalLong.empty()));
    return Combinators.combine(windows, by, types, channels, from, to)
        .as((w, b, t, c, f, u) -> new ActivityQuery(f, u, w[0], w[1], b, t, c));
  }

  private static OptionalLong instant(long minute) {
    return OptionalLong.of((Math.floorDiv(RandomEvents.START, MINUTE) + minute) * MINUTE);
  }
}
