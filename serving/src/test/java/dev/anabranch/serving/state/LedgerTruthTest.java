package dev.anabranch.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.ledger.LedgerEntry;
import dev.anabranch.serving.query.LeadOrder;
import dev.anabranch.serving.query.LeadsEngine;
import dev.anabranch.serving.query.Oracle;
import dev.anabranch.serving.query.RandomEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTruthTest {
  @TempDir Path folder;

  private Path file;
  private LedgerTruth truth;
  private final List<Event> events = RandomEvents.of(1, 0, 30, 100);

  @BeforeEach
  void makeTruth() {
    file = folder.resolve("ledger.jsonl");
    truth = new LedgerTruth(file);
  }

  private void append(byte[] bytes) throws IOException {
    Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static byte[] line(LedgerEntry.Kind kind, Event event) {
    return new LedgerEntry(kind, Optional.empty(), 0, 1, Optional.of(event)).toLine();
  }

  private void holds(List<Event> expected) throws IOException {
    truth.poll();
    assertThat(truth.caughtUp()).isTrue();
    assertThat(
            new LeadsEngine()
                .page(truth.views(), LeadOrder.MOST_EVENTS, Optional.empty(), 1000)
                .rows())
        .isEqualTo(Oracle.leads(expected, LeadOrder.MOST_EVENTS));
  }

  @Test
  void countsEachEventOnceAsTheFileGrows() throws IOException {
    holds(List.of());
    for (Event event : events.subList(0, 10)) {
      append(line(LedgerEntry.Kind.EVENT, event));
    }
    append(line(LedgerEntry.Kind.DUPLICATE, events.get(3)));
    holds(events.subList(0, 10));
    append(line(LedgerEntry.Kind.LATE, events.get(10)));
    append(line(LedgerEntry.Kind.EVENT, events.get(0)));
    append(
        new LedgerEntry(
                LedgerEntry.Kind.MALFORMED, Optional.of(Reason.NOT_JSON), 0, 1, Optional.empty())
            .toLine());
    holds(events.subList(0, 11));
  }

  @Test
  void waitsForTheEndOfALine() throws IOException {
    byte[] line = line(LedgerEntry.Kind.EVENT, events.get(0));
    append(Arrays.copyOf(line, 20));
    holds(List.of());
    append(Arrays.copyOfRange(line, 20, line.length - 1));
    holds(List.of());
    append(Arrays.copyOfRange(line, line.length - 1, line.length));
    holds(events.subList(0, 1));
  }

  @Test
  void leavesOutWhatIsNoLineOfALedger() throws IOException {
    append(line(LedgerEntry.Kind.EVENT, events.get(0)));
    append("nonsense\n".getBytes(StandardCharsets.UTF_8));
    append(line(LedgerEntry.Kind.EVENT, events.get(1)));
    holds(events.subList(0, 2));
  }

  @Test
  void readsAnotherFileAnew() throws IOException {
    for (Event event : events) {
      append(line(LedgerEntry.Kind.EVENT, event));
    }
    holds(events);
    Files.delete(file);
    append(line(LedgerEntry.Kind.EVENT, events.get(5)));
    holds(events.subList(5, 6));
  }

  @Test
  void anIdIsSeenOnce() {
    IdSet ids = new IdSet();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 20_000; i++) {
        assertThat(ids.add("e-" + i)).isEqualTo(round == 0);
      }
    }
  }
}
