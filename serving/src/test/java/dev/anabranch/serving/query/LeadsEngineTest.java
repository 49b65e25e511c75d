package dev.anabranch.serving.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.state.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LeadsEngineTest {
  private final LeadsEngine engine = new LeadsEngine();

  @Property(tries = 100)
  void pagesAreTheLeadsInOrder(
      @ForAll long seed,
      @ForAll @IntRange(max = 400) int count,
      @ForAll LeadOrder order,
      @ForAll @IntRange(min = 1, max = 300) int limit) {
    List<Event> events = events(seed, count);
    ViewTiers views = ViewTiers.EMPTY;
    for (int from = 0; from < count; from += 100) {
      views = views.plus(RandomEvents.tiles(events.subList(from, Math.min(count, from + 100))));
      engine.page(views, order, Optional.empty(), 5);
    }
    List<LeadRow> paged = new ArrayList<>();
    Page<LeadRow> page;
    do {
      Optional<LeadRow> after =
          paged.isEmpty() ? Optional.empty() : Optional.of(paged.get(paged.size() - 1));
      page = engine.page(views, order, after, limit);
      paged.addAll(page.rows());
    } while (page.more());
    assertThat(paged).isEqualTo(Oracle.leads(events, order));
  }

  @Property(tries = 50)
  void findsEachLeadAndNoOther(@ForAll long seed, @ForAll @IntRange(max = 300) int count) {
    List<Event> events = events(seed, count);
    ViewTiers views = ViewTiers.of(RandomEvents.tiles(events));
    for (LeadRow lead : Oracle.leads(events, LeadOrder.MOST_EVENTS)) {
      assertThat(engine.one(views, lead.leadId())).contains(lead);
    }
    assertThat(engine.one(views, "a")).isEmpty();
    assertThat(engine.one(views, "lead-")).isEmpty();
    assertThat(engine.one(views, "z")).isEmpty();
  }

  /** Some leads with many events, many with one: their revenue is often the same, 0. */
  private static List<Event> events(long seed, int count) {
    List<Event> events = new ArrayList<>(RandomEvents.of(seed, 0, count / 2, 100));
    for (Event event : RandomEvents.of(seed + 1, count, count - count / 2, 100)) {
      events.add(
          new Event(
              event.eventId(),
              "lead-" + event.eventId() + (event.eventTimeMicros() % 2 == 0 ? "ä" : ""),
              event.type(),
              event.channel(),
              event.page(),
              event.amountCents() / 1_000_000_000_000_000L,
              event.eventTimeMicros()));
    }
    return events;
  }
}
