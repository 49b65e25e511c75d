package dev.anabranch.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Verdict.Accepted;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IncidentTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Duration STEP = Duration.ofMillis(500);
  private static final int EVENTS = 12_000;
  private static final Shares SHARES = new Shares(0.02, 0.05, 0.01);

  @ParameterizedTest
  @EnumSource(Incident.Kind.class)
  void anIncidentIsWhereItIsSaidToBeAndChangesNothingElse(Incident.Kind kind) {
    Incident incident = planned(kind).get(0);
    assertThat(incident).isEqualTo(planned(kind).get(0));
    List<Outgoing> plain = all(traffic());
    List<Outgoing> changed = all(new IncidentTraffic(traffic(), List.of(incident)));
    Set<Optional<Event>> known = plain.stream().map(Outgoing::event).collect(Collectors.toSet());
    List<Outgoing> more =
        changed.stream().filter(record -> !known.contains(record.event())).toList();
    switch (kind) {
      case DROP -> {
        List<Outgoing> kept =
            plain.stream()
                .filter(record -> record.event().filter(incident::concerns).isEmpty())
                .toList();
        assertThat(kept.size()).isLessThan(plain.size());
        assertThat(changed.stream().map(Outgoing::event))
            .isEqualTo(kept.stream().map(Outgoing::event).toList());
      }
      case BURST -> {
        long usual =
            plain.stream()
                .filter(record -> record.kind() == Kind.EVENT)
                .filter(record -> incident.concerns(record.event().orElseThrow()))
                .count();
        assertThat(more).hasSize((int) (usual * 4));
        assertThat(more).allMatch(record -> incident.concerns(record.event().orElseThrow()));
        assertThat(changed.size()).isEqualTo(plain.size() + more.size());
      }
      case FRAUD -> {
        assertThat(more.size()).isBetween(590, 600);
        assertThat(more)
            .allMatch(record -> record.key().equals(incident.lead().orElseThrow()))
            .allMatch(record -> incident.holds(record.event().orElseThrow().eventTimeMicros()))
            .allMatch(record -> record.event().orElseThrow().type() == EventType.PURCHASE);
        assertThat(changed.size()).isEqualTo(plain.size() + more.size());
      }
    }
    // A paced stream keeps to its timetable, but for what was left out behind its last event.
    long steps = changed.stream().mapToLong(Outgoing::steps).sum();
    assertThat(steps).isBetween(EVENTS - 5L, (long) EVENTS);
    EventValidator validator = new EventValidator();
    long kafkaTime = START.plus(Duration.ofDays(1)).toEpochMilli();
    for (Outgoing record : more) {
      Event event = record.event().orElseThrow();
      assertThat(validator.validate(record.value().orElseThrow(), kafkaTime))
          .isEqualTo(new Accepted(event));
    }
    assertThat(more.stream().map(record -> record.event().orElseThrow().eventId()))
        .doesNotHaveDuplicates();
  }

  @Test
  void whatIsWantedIsReadAndWhatDoesNotFitIsRefused() {
    assertThat(Incident.Wanted.parse("drop", Duration::parse))
        .isEqualTo(new Incident.Wanted(Incident.Kind.DROP, Duration.ofMinutes(5)));
    assertThat(Incident.Wanted.parse("fraud:PT2M", Duration::parse))
        .isEqualTo(new Incident.Wanted(Incident.Kind.FRAUD, Duration.ofMinutes(2)));
    assertThatThrownBy(() -> Incident.Wanted.parse("flood", Duration::parse))
        .hasMessageContaining("drop, burst, fraud");
    assertThatThrownBy(() -> Incident.Wanted.parse("drop:PT90S", Duration::parse))
        .hasMessageContaining("whole minutes");
    List<Incident.Wanted> many =
        List.of(
            new Incident.Wanted(Incident.Kind.DROP, Duration.ofMinutes(5)),
            new Incident.Wanted(Incident.Kind.DROP, Duration.ofMinutes(5)));
    assertThatThrownBy(() -> IncidentPlan.of(many, 1, START, START.plus(Duration.ofMinutes(20))))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--incident");
    assertThat(IncidentPlan.of(many, 1, START, START.plus(Duration.ofMinutes(30)))).hasSize(2);
  }

  private static List<Incident> planned(Incident.Kind kind) {
    return IncidentPlan.of(
        List.of(new Incident.Wanted(kind, Duration.ofMinutes(5))),
        7,
        START,
        START.plus(Duration.ofMinutes(60)));
  }

  private static Traffic traffic() {
    return Traffic.from(START, STEP, 7, SHARES, EVENTS);
  }

  private static List<Outgoing> all(Iterator<Outgoing> records) {
    List<Outgoing> all = new ArrayList<>();
    records.forEachRemaining(all::add);
    return all;
  }
}
