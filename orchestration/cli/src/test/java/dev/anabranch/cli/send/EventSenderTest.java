package dev.anabranch.cli.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.ledger.LedgerEntry;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Kafka's own in-memory producer; a real broker is met in the end-to-end tests. */
class EventSenderTest {

  @TempDir private Path folder;

  private final MockProducer<String, byte[]> producer = producer(true);

  @Test
  void theLedgerIsTheOrderOfSending() throws IOException {
    Path file = folder.resolve("new/ledger.jsonl");
    List<Outgoing> records = new ArrayList<>(events(3));
    records.add(1, records.get(0).copy());
    records.add(2, Outgoing.malformed(Reason.NOT_JSON, "lead", Optional.empty()));
    try (Ledger ledger = Ledger.open(file);
        EventSender sender = new EventSender(producer, "events")) {
      sender.send(records.iterator(), Pacer.fullSpeed(), ledger);
    }
    assertThat(producer.history()).hasSize(5).allMatch(record -> record.topic().equals("events"));
    assertThat(producer.history().get(2).value()).isNull();
    List<LedgerEntry> entries = read(file);
    assertThat(entries)
        .extracting(LedgerEntry::kind)
        .containsExactly(Kind.EVENT, Kind.DUPLICATE, Kind.MALFORMED, Kind.EVENT, Kind.EVENT);
    assertThat(entries).extracting(LedgerEntry::offset).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(entries.get(1).event()).isEqualTo(records.get(0).event());
  }

  @Test
  void aLedgerThatExistsIsAddedToAndHalfALineIsCutOff() throws IOException {
    Path file = folder.resolve("ledger.jsonl");
    for (int round = 1; round <= 3; round++) {
      try (Ledger ledger = Ledger.open(file)) {
        for (Outgoing record : events(100)) {
          ledger.sent(record, 0, round);
        }
      }
      assertThat(read(file)).hasSize(100 * round);
      Files.writeString(file, Files.readString(file) + "{\"kind\":\"ev" + "x".repeat(9_000));
    }
    Path noLine = folder.resolve("no-line.jsonl");
    Files.writeString(noLine, "{");
    Ledger.open(noLine).close();
    assertThat(noLine).isEmptyFile();
  }

  @Test
  void aLedgerThatCannotBeWrittenIsAClearError() {
    assertThatThrownBy(() -> Ledger.open(folder))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("Cannot write the ledger " + folder);
  }

  @Test
  void aReaderCanFollowALedger() throws IOException {
    Path file = folder.resolve("ledger.jsonl");
    try (Ledger ledger = Ledger.open(file)) {
      ledger.sent(events(1).get(0), 0, 0);
      await()
          .until(
              () -> {
                ledger.idle();
                return Files.size(file) > 0;
              });
      assertThat(read(file)).hasSize(1);
    }
  }

  @Test
  void aRecordThatFailsEndsTheWorkAndTheRestIsStillInTheLedger() {
    MockProducer<String, byte[]> slow = producer(false);
    List<Long> offsets = new ArrayList<>();
    EventSender sender = new EventSender(slow, "events");
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(
            () ->
                sender.send(
                    endless(),
                    Pacer.ofRate(1_000),
                    (record, partition, offset) -> offsets.add(offset)));
    await().until(() -> slow.history().size() >= 3);
    slow.completeNext();
    slow.errorNext(new TimeoutException("no answer"));
    assertThat(sending)
        .failsWithin(java.time.Duration.ofSeconds(10))
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(CommandFailure.class)
        .withMessageContaining("no answer")
        .withMessageContaining("lead-1");
    assertThat(offsets).startsWith(0L, 2L).doesNotContain(1L).hasSize(slow.history().size() - 1);
  }

  @Test
  void stopsWhenTold() {
    SendCounts counts = new SendCounts();
    EventSender sender = new EventSender(producer, "events");
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(() -> sender.send(endless(), Pacer.ofRate(500), counts));
    await().until(() -> producer.history().size() >= 5);
    sender.stop();
    assertThat(sending).succeedsWithin(java.time.Duration.ofSeconds(10));
    assertThat(counts.sent()).isEqualTo(producer.history().size());
  }

  @Test
  void pacesDistinctEvents() {
    long began = System.nanoTime();
    SendCounts counts = new SendCounts();
    List<Outgoing> records = new ArrayList<>();
    events(101).forEach(record -> records.addAll(List.of(record, record.copy())));
    new EventSender(producer, "events").send(records.iterator(), Pacer.ofRate(500), counts);
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(200_000_000L);
    assertThat(counts.events()).isEqualTo(101);
    assertThat(counts.duplicates()).isEqualTo(101);
  }

  private static MockProducer<String, byte[]> producer(boolean autoComplete) {
    return new MockProducer<>(
        autoComplete, null, new StringSerializer(), new ByteArraySerializer());
  }

  private static List<Outgoing> events(int count) {
    return IntStream.range(0, count).mapToObj(EventSenderTest::event).toList();
  }

  private static Iterator<Outgoing> endless() {
    return Stream.iterate(0, i -> i + 1).map(EventSenderTest::event).iterator();
  }

  private static Outgoing event(int number) {
    return Outgoing.of(
        Kind.EVENT,
        new Event(
            "e-" + number,
            "lead-" + number,
            EventType.WEB_VISIT,
            "email",
            Optional.empty(),
            0,
            1_795_342_530_000_000L));
  }

  private static List<LedgerEntry> read(Path file) throws IOException {
    EventValidator validator = new EventValidator();
    return Files.readAllLines(file).stream()
        .map(line -> LedgerEntry.parse(line, validator))
        .toList();
  }
}
