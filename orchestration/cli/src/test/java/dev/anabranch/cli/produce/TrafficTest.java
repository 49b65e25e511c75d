package dev.anabranch.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.event.Verdict.Accepted;
import dev.anabranch.lakehouse.event.Verdict.Refused;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficTest {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Duration STEP = Duration.ofMillis(1);
  private static final long KAFKA_TIME = Instant.parse("2026-11-22T00:00:00Z").toEpochMilli();
  private static final Shares SHARES = new Shares(0.05, 0.04, 0.03);

  @Test
  void theSameSeedAndStartGiveTheSameBytes() {
    assertThat(bytes(traffic(7, SHARES, 5_000))).isEqualTo(bytes(traffic(7, SHARES, 5_000)));
    assertThat(bytes(traffic(7, SHARES, 100))).isNotEqualTo(bytes(traffic(8, SHARES, 100)));
  }

  @Test
  void theBytesAreTheSameOnEveryMachine() throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Outgoing record : traffic(1, SHARES, 3_000)) {
      digest.update(record.value().orElse(new byte[0]));
    }
    // To be changed only with the generator.
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("bbf17a697af40795e46ae48abc84911cb1a818751090754191928b99ecf0d520");
  }

  @ParameterizedTest
  @CsvSource({"0,0,0", "0.05,0.04,0.03", "0.02,0.01,0.001", "1,1,1", "0.9,0.7,0.6", "0.333,0,1"})
  void sharesAreOfTheDistinctEvents(double late, double duplicates, double malformed) {
    int n = 2_000;
    List<Outgoing> records = traffic(3, new Shares(late, duplicates, malformed), n);
    assertThat(records).filteredOn(Outgoing::distinct).hasSize(n);
    assertThat(count(records, Kind.LATE)).isEqualTo(Math.round(n * late));
    assertThat(count(records, Kind.DUPLICATE)).isEqualTo(Math.round(n * duplicates));
    assertThat(count(records, Kind.MALFORMED)).isEqualTo(Math.round(n * malformed));
  }

  @Test
  void whatItSaysOfARecordIsWhatTheValidatorFinds() {
    EventValidator validator = new EventValidator();
    for (Outgoing record : traffic(5, new Shares(0.3, 0.3, 0.3), 3_000)) {
      byte[] value = record.value().orElse(null);
      if (record.kind() == Kind.MALFORMED) {
        assertThat(validator.validate(value, KAFKA_TIME))
            .isInstanceOfSatisfying(
                Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(record.reason().orElseThrow()));
      } else {
        Event event = record.event().orElseThrow();
        assertThat(validator.validate(value, KAFKA_TIME)).isEqualTo(new Accepted(event));
        assertThat(record.key()).isEqualTo(event.leadId());
      }
    }
  }

  @Test
  void theFirstMalformedRecordsHaveEveryReason() {
    Set<Reason> reasons =
        traffic(5, new Shares(0, 0, 1), 7).stream()
            .flatMap(record -> record.reason().stream())
            .collect(Collectors.toSet());
    assertThat(reasons).isEqualTo(EnumSet.allOf(Reason.class));
  }

  @Test
  void everyDistinctEventHasItsOwnIdAndAMalformedRecordMayCarryOne() {
    List<Outgoing> records = traffic(5, SHARES, 3_000);
    List<String> ids =
        records.stream()
            .filter(Outgoing::distinct)
            .map(record -> record.event().orElseThrow().eventId())
            .toList();
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(ids.get(17)).matches("e-[0-9a-f]{12}-000017");
    Traffic elsewhere = Traffic.from(START.plusSeconds(1), STEP, 5, new Shares(0, 0, 0), 1);
    assertThat(ids.get(0)).isNotEqualTo(elsewhere.next().event().orElseThrow().eventId());
  }

  @Test
  void halfOfTheCopiesFollowAtOnceAndHalfThousandsOfRecordsLater() {
    List<Outgoing> records = traffic(9, new Shares(0, 0.1, 0), 20_000);
    Map<String, Integer> originals = new HashMap<>();
    List<Integer> distances = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      Event event = records.get(i).event().orElseThrow();
      if (records.get(i).kind() == Kind.DUPLICATE) {
        int original = originals.get(event.eventId());
        assertThat(records.get(original).event()).contains(event);
        assertThat(records.get(i).value()).isEqualTo(records.get(original).value());
        distances.add(i - original);
      } else {
        originals.put(event.eventId(), i);
      }
    }
    assertThat(distances).filteredOn(distance -> distance == 1).hasSize(1_000);
    assertThat(distances).filteredOn(d -> d >= 2_000).hasSizeGreaterThan(700);
  }

  @Test
  void lateEventsAreMinutesToHoursOldAndOthersAreInOrder() {
    long previous = micros(START);
    List<Long> delays = new ArrayList<>();
    for (Outgoing record : traffic(2, new Shares(0.2, 0, 0), 5_000)) {
      long time = record.event().orElseThrow().eventTimeMicros();
      if (record.kind() == Kind.LATE) {
        delays.add((previous - time) / 1_000_000);
      } else {
        assertThat(time).isGreaterThanOrEqualTo(previous);
        previous = time;
      }
    }
    assertThat(delays).allMatch(seconds -> seconds >= 119 && seconds <= 6 * 3_600);
    assertThat(delays).anyMatch(seconds -> seconds < 600).anyMatch(seconds -> seconds > 7_200);
  }

  @Test
  void noLateEventIsBeforeTheYear2000() {
    Traffic early =
        Traffic.from(Instant.parse("2000-01-01T00:00:00Z"), STEP, 1, new Shares(1, 0, 0), 500);
    EventValidator validator = new EventValidator();
    early.forEachRemaining(
        record ->
            assertThat(validator.validate(record.value().orElseThrow(), KAFKA_TIME))
                .isInstanceOf(Accepted.class));
  }

  @Test
  void visitorsBehaveLikeVisitors() {
    List<Event> events = events(traffic(4, new Shares(0, 0, 0), 50_000));
    Map<EventType, Long> types =
        events.stream().collect(Collectors.groupingBy(Event::type, Collectors.counting()));
    assertThat(types.get(EventType.WEB_VISIT)).isBetween(30_000L, 45_000L);
    assertThat(types.get(EventType.FORM_SUBMISSION)).isBetween(2_000L, 10_000L);
    assertThat(types.get(EventType.EMAIL_CLICK)).isBetween(1_000L, 6_000L);
    assertThat(types.get(EventType.PURCHASE)).isBetween(700L, 5_000L);
    assertThat(events.stream().map(Event::channel).distinct()).hasSizeGreaterThanOrEqualTo(5);
    assertThat(events.stream().map(Event::leadId).distinct()).hasSizeBetween(3_000, 20_000);

    long[] amounts = events.stream().mapToLong(Event::amountCents).filter(c -> c > 0).toArray();
    Arrays.sort(amounts);
    long median = amounts[amounts.length / 2];
    assertThat(median).isBetween(3_500L, 5_500L);
    assertThat(amounts[amounts.length - 1]).isGreaterThan(20 * median);
  }

  @Test
  void everyPurchaseFollowsAFormOfTheSameLead() {
    Set<String> filledIn = new HashSet<>();
    for (Event event : events(traffic(4, new Shares(0, 0, 0), 20_000))) {
      if (event.type() == EventType.FORM_SUBMISSION) {
        filledIn.add(event.leadId());
      } else if (event.type() == EventType.PURCHASE) {
        assertThat(filledIn).contains(event.leadId());
      }
    }
  }

  @Test
  void eveningsAreBusierThanNights() {
    Traffic week = Traffic.from(START, Duration.ofSeconds(30), 1, new Shares(0, 0, 0), 7 * 2_880);
    int[] byHour = new int[24];
    Instant last = START;
    while (week.hasNext()) {
      last = instant(week.next().event().orElseThrow().eventTimeMicros());
      byHour[last.atZone(ZoneOffset.UTC).getHour()]++;
    }
    assertThat(byHour[19]).isGreaterThan(4 * byHour[3]);
    assertThat(last).isBetween(START.plus(Duration.ofDays(7)).minusSeconds(120), at("2026-11-08"));
  }

  @Test
  void liveEventsKeepPaceWithTheClock() {
    Traffic live = Traffic.live(START, 500, 1, new Shares(0, 0.5, 0.5), Traffic.ENDLESS);
    for (int i = 0; i < 1_000; ) {
      Outgoing record = live.next();
      if (record.distinct()) {
        assertThat(record.event().orElseThrow().eventTimeMicros())
            .isEqualTo(micros(START) + i * 2_000L);
        i++;
      }
    }
    assertThat(live.hasNext()).isTrue();
  }

  @Test
  void aStartCanBeFoundForAnEnd() {
    Instant end = Instant.parse("2026-11-22T10:15:30.123456Z");
    for (long n : new long[] {1, 1_000, 1_000_000, 1_000_000_000}) {
      Instant start = Timetable.startOfDaily(end, n, STEP);
      long last = Timetable.daily(start, STEP).timeOf(n - 1, 0.999);
      assertThat(instant(last)).isBetween(end.minusMillis(20), end);
    }
  }

  @Test
  void theRhythmOfADayIsOneToOne() {
    for (long hour = -50; hour < 50; hour++) {
      for (long micros : new long[] {0, 1, 1_799_999_999L, 3_599_999_999L}) {
        long time = hour * 3_600_000_000L + micros;
        assertThat(DailyRhythm.timeAt(DailyRhythm.progressAt(time))).isEqualTo(time);
      }
    }
  }

  private static List<Outgoing> traffic(long seed, Shares shares, long events) {
    List<Outgoing> records = new ArrayList<>();
    Traffic.from(START, STEP, seed, shares, events).forEachRemaining(records::add);
    return records;
  }

  private static List<Event> events(List<Outgoing> records) {
    return records.stream().flatMap(record -> record.event().stream()).toList();
  }

  private static long count(List<Outgoing> records, Kind kind) {
    return records.stream().filter(record -> record.kind() == kind).count();
  }

  private static List<String> bytes(List<Outgoing> records) {
    return records.stream()
        .map(
            record ->
                record.kind()
                    + " "
                    + record.reason()
                    + " "
                    + record.key()
                    + " "
                    + record.value().map(Arrays::toString))
        .toList();
  }

  private static Instant at(String date) {
    return Instant.parse(date + "T00:00:00Z");
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, java.time.temporal.ChronoUnit.MICROS);
  }

  private static long micros(Instant time) {
    return time.toEpochMilli() * 1_000;
  }
}
