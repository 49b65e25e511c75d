package dev.anabranch.lakehouse.lead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LeadHistoryTest {
  private static final long MINUTE = 60_000_000L;
  private static final long NOW = 1_764_000_000L * 1_000_000;

  @Test
  void windowsEndWithTheMinuteOfTheLastEvent() {
    LeadHistory history = LeadHistory.ofDistinct();
    history.add(event("a", EventType.WEB_VISIT, NOW - 8 * 24 * 60 * MINUTE));
    history.add(event("b", EventType.WEB_VISIT, NOW - 2 * 24 * 60 * MINUTE));
    history.add(event("c", EventType.WEB_VISIT, NOW - 60 * MINUTE));
    history.add(event("d", EventType.WEB_VISIT, NOW - 59 * MINUTE));
    history.add(event("e", EventType.PURCHASE, NOW));
    LeadFeatures features = history.features("lead");
    assertThat(raw(features, "web_visit_1h")).isEqualTo(1);
    assertThat(raw(features, "web_visit_1d")).isEqualTo(2);
    assertThat(raw(features, "web_visit_7d")).isEqualTo(3);
    assertThat(raw(features, "web_visit_all")).isEqualTo(4);
    assertThat(raw(features, "purchase_1h")).isEqualTo(1);
    assertThat(raw(features, "revenue_all")).isEqualTo(12.5);
    assertThat(raw(features, "minutes_since_first")).isEqualTo(8 * 24 * 60);
    assertThat(raw(features, "minutes_since_form")).isEqualTo(30 * 24 * 60);
    assertThat(raw(features, "minutes_since_purchase")).isZero();
    assertThat(raw(features, "sessions_7d")).isEqualTo(3);
    assertThat(raw(features, "session_events")).isEqualTo(1);
    assertThat(features.asOfMicros()).isEqualTo(NOW);
    assertThat(features.lastType()).isEqualTo(EventType.PURCHASE);
    assertThat(features.events()).isEqualTo(5);
  }

  @Test
  void copiesAreToldByTheirIds() {
    LeadHistory history = LeadHistory.remembering(2);
    assertThat(history.add(event("a", EventType.WEB_VISIT, NOW))).isTrue();
    assertThat(history.add(event("a", EventType.WEB_VISIT, NOW))).isFalse();
    assertThat(history.add(event("b", EventType.WEB_VISIT, NOW))).isTrue();
    assertThat(history.add(event("c", EventType.WEB_VISIT, NOW))).isTrue();
    // Further back than it remembers.
    assertThat(history.add(event("a", EventType.WEB_VISIT, NOW))).isTrue();
    assertThat(history.size()).isEqualTo(4);
  }

  @Test
  void aLeadOfAMillionEventsIsBounded() {
    LeadHistory history = LeadHistory.remembering(256);
    for (int i = 0; i < 1_000_000; i++) {
      history.add(
          new Event(
              "e" + i,
              "lead",
              EventType.WEB_VISIT,
              "channel-" + i % 1_000,
              Optional.of("/" + i),
              0,
              NOW + i * MINUTE / 10));
    }
    assertThat(HistoryCodec.write(history).length).isLessThan(400_000);
    assertThat(raw(history.features("lead"), "web_visit_all")).isEqualTo(1_000_000);
    assertThat(raw(history.features("lead"), "web_visit_7d")).isEqualTo(10 * 7 * 24 * 60);
    assertThat(raw(history.features("lead"), "pages")).isEqualTo(LeadHistory.MOST_PAGES);
  }

  @Property(tries = 200)
  void orderDoesNotMatterAndBytesHoldEverything(@ForAll @LongRange(max = 1L << 40) long seed) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>();
    for (int i = random.nextInt(60); i >= 0; i--) {
      EventType type = LeadHistory.TYPES.get(random.nextInt(4));
      events.add(
          new Event(
              "e" + i,
              "lead",
              type,
              "c" + random.nextInt(3),
              random.nextBoolean() ? Optional.of("/" + random.nextInt(5)) : Optional.empty(),
              type == EventType.PURCHASE ? random.nextInt(10_000) : 0,
              NOW + random.nextInt(10 * 24 * 60) * MINUTE + random.nextInt(3)));
    }
    LeadHistory inOrder = LeadHistory.remembering(1_000);
    events.forEach(inOrder::add);
    Collections.shuffle(events, random);
    LeadHistory shuffled = LeadHistory.remembering(1_000);
    for (Event event : events) {
      shuffled.add(event);
      shuffled = HistoryCodec.read(HistoryCodec.write(shuffled));
    }
    assertThat(shuffled.features("lead"))
        .usingRecursiveComparison()
        .isEqualTo(inOrder.features("lead"));
    assertThat(shuffled.add(events.get(0))).isFalse();
  }

  private static double raw(LeadFeatures features, String name) {
    double value = Math.expm1(features.numbers()[Feature.NAMES.indexOf(name)]);
    return Math.round(value * 1e6) / 1e6;
  }

  private static Event event(String id, EventType type, long micros) {
    return new Event(
        id,
        "lead",
        type,
        "email",
        Optional.of("/"),
        type == EventType.PURCHASE ? 1_250 : 0,
        micros);
  }
}
