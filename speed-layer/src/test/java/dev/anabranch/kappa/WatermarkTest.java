package dev.anabranch.kappa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.speed.EpochPart;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WatermarkTest {
  private static final long MINUTE = 60_000_000L;
  private final Watermark watermark = new Watermark(Duration.ofMinutes(10), Duration.ofSeconds(60));

  @Test
  void thereIsNoneBeforeTheFirstEvent() {
    assertThat(watermark.after(header(Map.of(), Map.of(), OptionalLong.empty()))).isEmpty();
  }

  @Test
  void trailsThePartitionThatIsFurthestBehind() {
    assertThat(
            watermark.after(
                header(
                    Map.of(0, 1_000L, 1, 1_000L),
                    Map.of(0, 100 * MINUTE, 1, 40 * MINUTE),
                    OptionalLong.empty())))
        .hasValue(30 * MINUTE);
  }

  @Test
  void waitsForAPartitionWithoutRecordsUntilItCountsAsIdle() {
    Map<Integer, Long> events = Map.of(0, 100 * MINUTE);
    assertThat(watermark.after(header(Map.of(0, 61_000L, 1, 1_000L), events, OptionalLong.empty())))
        .isEmpty();
    assertThat(watermark.after(header(Map.of(0, 61_001L, 1, 1_000L), events, OptionalLong.empty())))
        .hasValue(90 * MINUTE);
  }

  @Test
  void aSilentPartitionHoldsNothingBackForLong() {
    assertThat(
            watermark.after(
                header(
                    Map.of(0, 61_001L, 1, 1_000L),
                    Map.of(0, 100 * MINUTE, 1, 40 * MINUTE),
                    OptionalLong.empty())))
        .hasValue(90 * MINUTE);
  }

  @Test
  void neverGoesBack() {
    assertThat(
            watermark.after(
                header(Map.of(0, 1L), Map.of(0, 20 * MINUTE), OptionalLong.of(50 * MINUTE))))
        .hasValue(50 * MINUTE);
  }

  @Test
  void aPartitionWithoutRecordsCountsAsAliveSinceTheFirstOnes() {
    EpochHeader beginning = header(Map.of(), Map.of(), OptionalLong.empty());
    assertThat(Watermark.acceptedTimes(beginning, Set.of(0, 1), Map.of(0, 7L)))
        .isEqualTo(Map.of(0, 7L, 1, 7L));
    assertThat(Watermark.acceptedTimes(beginning, Set.of(0, 1), Map.of())).isEmpty();
  }

  @Test
  void refusedRecordsAloneHoldNothingBackForLong() {
    // Partition 1 is read as far as partition 0, and its only event is more than a minute old.
    EpochHeader last =
        header(
            Map.of(0, 61_001L, 1, 61_000L),
            Map.of(0, 61_001L, 1, 1_000L),
            Map.of(0, 100 * MINUTE, 1, 40 * MINUTE),
            Set.of(0, 1));
    assertThat(watermark.after(last)).hasValue(90 * MINUTE);
    // And where it never had an event.
    EpochHeader without =
        header(
            Map.of(0, 61_001L, 1, 61_000L),
            Map.of(0, 61_001L, 1, 1_000L),
            Map.of(0, 100 * MINUTE),
            Set.of(0, 1));
    assertThat(watermark.after(without)).hasValue(90 * MINUTE);
  }

  @Test
  void aPartitionThatHasNotBeenReadAsFarHoldsItBackHoweverFar() {
    Map<Integer, Long> kafka = Map.of(0, 500_000L, 1, 1_000L);
    Map<Integer, Long> events = Map.of(0, 100 * MINUTE, 1, 40 * MINUTE);
    assertThat(watermark.after(header(kafka, kafka, events, Set.of(0, 1)))).hasValue(30 * MINUTE);
    assertThat(watermark.after(header(kafka, kafka, events, Set.of(0))))
        .as("it had nothing more to read")
        .hasValue(90 * MINUTE);
    Map<Integer, Long> refused = Map.of(0, 500_000L, 1, 300_000L);
    assertThat(watermark.after(header(refused, kafka, events, Set.of(0, 1))))
        .as("what it brings is refused, and older than what others bring")
        .hasValue(30 * MINUTE);
  }

  /** A log in order, read in shares that are uneven, and refused records: nothing is late. */
  @Property(tries = 200)
  void nothingOfALogInOrderIsLateHoweverItIsRead(@ForAll long seed) {
    Random random = new Random(seed);
    int partitions = 1 + random.nextInt(4);
    List<Deque<long[]>> unread = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      unread.add(log(random));
    }
    EpochHeader last = EpochHeader.beginning(Offsets.NONE);
    for (long epoch = 1; unread.stream().anyMatch(log -> !log.isEmpty()); epoch++) {
      OptionalLong late = watermark.after(last);
      TreeMap<Integer, Long> until = new TreeMap<>(last.until().byPartition());
      Map<Integer, Long> kafka = new TreeMap<>();
      Map<Integer, Long> accepted = new TreeMap<>();
      Map<Integer, Long> events = new TreeMap<>();
      for (int partition = 0; partition < partitions; partition++) {
        // As Spark does: of each partition that has any left at least one.
        int share = Math.min(unread.get(partition).size(), 1 + random.nextInt(60));
        for (int i = 0; i < share; i++) {
          long[] record = unread.get(partition).remove();
          until.merge(partition, 1L, Long::sum);
          kafka.put(partition, record[0]);
          if (record[1] >= 0) {
            accepted.put(partition, record[0]);
            events.merge(partition, record[1], Math::max);
            assertThat(record[1]).isGreaterThanOrEqualTo(late.orElse(Long.MIN_VALUE));
          }
        }
      }
      last =
          new EpochHeader(
              epoch,
              epoch,
              last.until(),
              new Offsets(until),
              OptionalLong.empty(),
              0,
              0,
              0,
              0,
              late,
              new TreeMap<>(EpochPart.newest(Stream.of(last.newestEventTimes(), events))),
              new TreeMap<>(EpochPart.newest(Stream.of(last.newestKafkaTimes(), kafka))),
              Watermark.acceptedTimes(last, allOf(partitions), accepted));
    }
  }

  private static Set<Integer> allOf(int partitions) {
    return IntStream.range(0, partitions).boxed().collect(Collectors.toSet());
  }

  /** Records of (Kafka time in ms, event time in us or -1): an event is sent when it happens. */
  private static Deque<long[]> log(Random random) {
    Deque<long[]> log = new ArrayDeque<>();
    long millis = 0;
    int refused = random.nextInt(3);
    for (int i = random.nextInt(400); i > 0; i--) {
      millis += random.nextInt(10_000);
      boolean event = random.nextInt(3) >= refused;
      log.add(new long[] {millis, event ? millis * 1000 : -1});
    }
    return log;
  }

  private static EpochHeader header(
      Map<Integer, Long> kafkaTimes, Map<Integer, Long> eventTimes, OptionalLong watermark) {
    return header(kafkaTimes, kafkaTimes, eventTimes, Set.of(), watermark);
  }

  private static EpochHeader header(
      Map<Integer, Long> kafkaTimes,
      Map<Integer, Long> acceptedTimes,
      Map<Integer, Long> eventTimes,
      Set<Integer> withRecords) {
    return header(kafkaTimes, acceptedTimes, eventTimes, withRecords, OptionalLong.empty());
  }

  private static EpochHeader header(
      Map<Integer, Long> kafkaTimes,
      Map<Integer, Long> acceptedTimes,
      Map<Integer, Long> eventTimes,
      Set<Integer> withRecords,
      OptionalLong watermark) {
    TreeMap<Integer, Long> until = new TreeMap<>();
    withRecords.forEach(partition -> until.put(partition, 1L));
    return new EpochHeader(
        1,
        1,
        Offsets.NONE,
        new Offsets(until),
        OptionalLong.empty(),
        0,
        0,
        0,
        0,
        watermark,
        new TreeMap<>(eventTimes),
        new TreeMap<>(kafkaTimes),
        new TreeMap<>(acceptedTimes));
  }
}
