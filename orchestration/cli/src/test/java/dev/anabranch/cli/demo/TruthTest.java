package dev.anabranch.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.cli.produce.Shares;
import dev.anabranch.cli.produce.Traffic;
import dev.anabranch.cli.send.Ledger;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TruthTest {

  @TempDir Path folder;

  @Test
  void everyEventCountsOnce() throws Exception {
    Truth truth = Truth.read(folder.resolve("none"));
    Event purchase = event("e1", "a", EventType.PURCHASE, 12_990);
    truth.sent(Outgoing.of(Kind.EVENT, purchase), 0, 0);
    truth.sent(Outgoing.of(Kind.DUPLICATE, purchase), 0, 1);
    truth.sent(Outgoing.of(Kind.LATE, event("e2", "a", EventType.WEB_VISIT, 0)), 2, 4);
    truth.sent(Outgoing.malformed(Reason.NOT_JSON, "a", Optional.empty()), 1, 0);
    assertThat(truth.totals()).isEqualTo(new Totals(2, new BigDecimal("129.90"), 1));
    assertThat(truth.sent()).isEqualTo(new Truth.Sent(4, 1, 1, 1));
    assertThat(truth.untilOffsets()).isEqualTo(Map.of(0, 2L, 1, 1L, 2, 5L));
  }

  @Test
  void whatWasSentBeforeIsReadFromTheLedger() throws Exception {
    Path file = folder.resolve("ledger.jsonl");
    Truth live = Truth.read(file);
    try (Ledger ledger = Ledger.open(file)) {
      Traffic traffic =
          Traffic.from(
              Instant.parse("2026-11-22T10:00:00Z"),
              Duration.ofMillis(5),
              7,
              new Shares(0.1, 0.1, 0.1),
              500);
      for (long offset = 0; traffic.hasNext(); offset++) {
        Outgoing record = traffic.next();
        ledger.sent(record, 0, offset);
        live.sent(record, 0, offset);
      }
    }
    Truth read = Truth.read(file);
    assertThat(read.totals()).isEqualTo(live.totals());
    assertThat(read.totals().events()).isEqualTo(500);
    assertThat(read.sent()).isEqualTo(live.sent());
    assertThat(read.untilOffsets()).isEqualTo(live.untilOffsets());
  }

  @Test
  void anotherFileIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("ledger.jsonl"), "{\"kind\":\"visit\"}\n");
    assertThatThrownBy(() -> Truth.read(file)).hasMessageContainingAll("ledger.jsonl", "--data");
  }

  @Test
  void aTopicWithOtherRecordsIsRefused() throws Exception {
    Truth truth = Truth.read(folder.resolve("none"));
    truth.sent(Outgoing.of(Kind.EVENT, event("e1", "a", EventType.WEB_VISIT, 0)), 0, 0);
    KnownTopic.requireKnown(truth, Map.of(0, 1L), "events", folder);
    assertThatThrownBy(() -> KnownTopic.requireKnown(truth, Map.of(0, 2L), "events", folder))
        .hasMessageContainingAll("events", "2 records", "knows 1", "--data");
    assertThatThrownBy(() -> KnownTopic.requireKnown(truth, Map.of(1, 1L), "events", folder))
        .hasMessageContaining("knows 1");
  }

  private static Event event(String id, String lead, EventType type, long cents) {
    return new Event(id, lead, type, "email", Optional.empty(), cents, 1_764_000_000_000_000L);
  }
}
