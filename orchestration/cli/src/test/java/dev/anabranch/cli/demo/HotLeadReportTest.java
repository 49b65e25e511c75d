package dev.anabranch.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.measure.HotLead;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HotLeadReportTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");

  private final LeadDeeds deeds = new LeadDeeds();

  @Test
  void boughtIsWhoBoughtAfterTheHandOverAndWithinTheHorizon() {
    visit("soon", 0);
    buy("soon", 5);
    visit("late", 0);
    buy("late", 25);
    buy("before", 0);
    visit("before", 1);
    visit("at-once", 2);
    buy("at-once", 2);
    visit("end", 60);
    HotLeadReport report =
        report(hot("soon", 0), hot("late", 0), hot("before", 1), hot("at-once", 2), hot("end", 59));
    // Whether "end" buys by hour 83 is not known at hour 60.
    assertThat(report.handedOver()).isEqualTo(5);
    assertThat(report.judged()).isEqualTo(4);
    assertThat(report.bought()).isEqualTo(1);
    assertThat(report.precision()).contains(0.25);
    // Of nine acts that can be judged, only the first of "soon" led to a purchase.
    assertThat(report.baseRate()).isEqualTo(1.0 / 8);
    assertThat(report.lift()).contains(2.0);
    assertThat(report.newest().get(0).lead().leadId()).isEqualTo("at-once");
    assertThat(report.text())
        .contains("bought 5:00 h later", "did not buy within 24 h")
        .contains("5 leads handed over live; of the 4 that can be judged, 1 bought within 24 h")
        .contains("precision 0.250, base rate 0.125, 2.0 times as many");
  }

  @Test
  void aHandOverFromTheHistoryDoesNotCount() {
    visit("a", 0);
    buy("a", 1);
    visit("b", 60);
    HotLeadReport report =
        HotLeadReport.of(List.of(hot("a", 0)), deeds, BEGIN.plus(Duration.ofMinutes(1)), DAY);
    assertThat(report.handedOver()).isZero();
    assertThat(report.precision()).isEmpty();
    ObjectNode json = new ObjectMapper().createObjectNode();
    report.write(json);
    assertThat(json.toString())
        .isEqualTo(
            "{\"horizon\":\"PT24H\",\"handed_over\":0,\"judged\":0,\"bought\":0,\"precision\":null,\"base_rate\":0.0,\"lift\":null}");
  }

  @Test
  void copiesAreNoDeeds() {
    Event visit = event("a", EventType.WEB_VISIT, 0);
    deeds.sent(Outgoing.of(Kind.EVENT, visit), 0, 0);
    deeds.sent(Outgoing.of(Kind.DUPLICATE, visit), 0, 1);
    deeds.sent(Outgoing.of(Kind.LATE, event("a", EventType.PURCHASE, 3)), 0, 2);
    visit("b", 60);
    assertThat(deeds.baseRate(BEGIN, BEGIN.plus(DAY), DAY)).isEqualTo(0.5);
  }

  private HotLeadReport report(HotLead... hot) {
    return HotLeadReport.of(List.of(hot), deeds, BEGIN, DAY);
  }

  private void visit(String lead, int hour) {
    deeds.add(event(lead, EventType.WEB_VISIT, hour));
  }

  private void buy(String lead, int hour) {
    deeds.add(event(lead, EventType.PURCHASE, hour));
  }

  private static Event event(String lead, EventType type, int hour) {
    long micros = at(hour).getEpochSecond() * 1_000_000;
    String id = lead + " " + type + " " + hour;
    return new Event(id, lead, type, "email", Optional.empty(), 0, micros);
  }

  private static HotLead hot(String lead, int hour) {
    return new HotLead(lead, at(hour), 0.6, 1, 3, "web_visit", "email", BEGIN, 0);
  }

  private static Instant at(int hour) {
    return BEGIN.plus(Duration.ofHours(hour));
  }
}
