package dev.anabranch.lakehouse.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselineLearningTest {
  private static final Group VISITS = new Group("web_visit", "organic");
  private static final long MINUTE = 60_000_000L;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** A Monday. */
  private static final Instant MONDAY = Instant.parse("2026-10-05T00:00:00Z");

  private static final long START = MONDAY.getEpochSecond() * 1_000_000;

  /** Tails of four standard deviations: 3.17e-5, on both sides. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 6",
    "1, 0, 0, 9",
    "10, 1, 0, 26",
    "100, 7, 59, 143",
    "10000, 50, 9000, 11000"
  })
  void aRangeIsNeverNarrowerThanChance(double median, double mad, long lower, long upper) {
    assertThat(Range.of(median, mad, 4)).isEqualTo(new Range(lower, upper));
  }

  @Test
  void chanceLeavesARangeAsSeldomAsItSays() {
    Random random = new Random(3);
    for (double mean : new double[] {0.3, 2, 9, 40}) {
      long median = Poisson.lower(mean, 0.5);
      Range range = Range.of((double) median, 0, 4);
      long outside = 0;
      for (int i = 0; i < 200_000; i++) {
        outside += range.holds(poisson(random, mean)) ? 0 : 1;
      }
      assertThat(outside).as("of mean %s", mean).isLessThanOrEqualTo(20);
    }
  }

  /** The probabilities of Poisson's distribution, added up to fifty digits. */
  @ParameterizedTest
  @CsvSource({"0, 15", "10, 46", "23, 72", "24, 74", "100, 191", "499, 689"})
  void theSmallestTailIsFoundToo(double median, long upper) {
    Range range = assertTimeoutPreemptively(TIMEOUT, () -> Range.of(median, 0, 8));
    assertThat(range.upper()).isEqualTo(upper);
  }

  private static long poisson(Random random, double mean) {
    double limit = Math.exp(-mean);
    double product = random.nextDouble();
    long count = 0;
    while (product > limit) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }

  @Test
  void theNarrowestPoolWithEnoughHistoryCounts() {
    assertThat(poolAt(2, 10)).isEqualTo(Optional.empty());
    assertThat(poolAt(10, 30)).contains(Pool.TYPE_AND_CHANNEL);
    assertThat(poolAt(72, 75)).contains(Pool.HOUR_OF_DAY);
    assertThat(poolAt(15 * 24, 15 * 24 + 3)).contains(Pool.HOUR_OF_WEEK);
    // So many hours, but this one was not among them often enough.
    assertThat(poolAt(26, 30)).contains(Pool.TYPE_AND_CHANNEL);
  }

  private static Optional<Pool> poolAt(int historyHours, int atHour) {
    Baselines baselines = learnt(history(historyHours));
    return baselines.of(VISITS, Span.MINUTE, START + atHour * 60L * MINUTE).map(Baseline::pool);
  }

  @Test
  void silentMinutesCountButSilentHoursDoNot() {
    Counts history = new Counts();
    for (int hour = 0; hour < 12; hour++) {
      // Every third minute of every other hour.
      for (int minute = 0; minute < 60 && hour % 2 == 0; minute += 3) {
        history.add(START + (hour * 60L + minute) * MINUTE, VISITS, 9);
      }
    }
    Baseline all = learnt(history).of(VISITS, Span.MINUTE, START).orElseThrow();
    // From the second minute of the first hour to the last with events, exclusive.
    assertThat(all.minutes()).isEqualTo(6 * 60 - 1 - 3);
    assertThat(all.median()).isZero();
  }

  @Test
  void anUnknownChannelIsJudgedByItsTypeAndAKnownOneIsMissed() {
    Baselines baselines = learnt(history(30));
    ClosedMinute minute =
        new ClosedMinute(
            START + 30 * 60L * MINUTE,
            true,
            Map.of(new Group("web_visit", "new"), 5_000L),
            List.of(),
            Map.of());
    List<Anomaly> found = new Judge(baselines).judge(minute);
    assertThat(found).hasSize(2);
    assertThat(found.get(0).kind()).isEqualTo(Anomaly.Kind.DROP);
    assertThat(found.get(0).channel()).contains("organic");
    assertThat(found.get(0).reason())
        .contains("0 web_visit of channel organic in this minute")
        .contains("are usual at any hour");
    assertThat(found.get(1).kind()).isEqualTo(Anomaly.Kind.BURST);
    assertThat(found.get(1).pool()).isEqualTo("event_type");
  }

  @Test
  void otherChannelsDoNotTellHowLittleAChannelMayHave() {
    Judge judge = new Judge(learnt(history(30)));
    Map<Group, Long> few = Map.of(VISITS, 30L, new Group("web_visit", "small"), 1L);
    ClosedMinute minute =
        new ClosedMinute(
            START + 30 * 60L * MINUTE, true, few, List.of(few, few, few, few), Map.of());
    assertThat(judge.judge(minute)).isEmpty();
  }

  @Test
  void manyChannelsTakeNoMoreMemoryThanTheGreatest() {
    HistorySurvey survey = new HistorySurvey();
    List<Group> greatest = new ArrayList<>();
    for (int i = 0; i < HistorySurvey.MOST_GROUPS; i++) {
      greatest.add(new Group("web_visit", "channel-" + i));
    }
    int most = 0;
    for (int minute = 0; minute < 100; minute++) {
      for (int i = 0; i < greatest.size(); i++) {
        survey.add(START + minute * MINUTE, greatest.get(i), 300 - i);
      }
      for (int i = 0; i < 1_000; i++) {
        survey.add(START + minute * MINUTE, new Group("web_visit", minute + "-" + i), 3);
        most = Math.max(most, survey.known());
      }
    }
    assertThat(most).isLessThanOrEqualTo(20_000);
    MinuteHistory history = new MinuteHistory(survey);
    history.add(START, new Group("web_visit", "0-0"), 3);
    assertThat(history.groups()).isEqualTo(greatest);
  }

  @Test
  void whatIsTooLittleToMissInAMinuteIsMissedInFive() {
    Counts history = new Counts();
    for (int minute = 0; minute < 600; minute++) {
      history.add(START + minute * MINUTE, VISITS, 5);
    }
    Judge judge = new Judge(learnt(history));
    Map<Group, Long> usual = Map.of(VISITS, 5L);
    assertThat(judge.judge(minute(List.of(usual, usual, Map.of(), Map.of())))).isEmpty();
    List<Anomaly> found = judge.judge(minute(List.of(Map.of(), Map.of(), Map.of(), Map.of())));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).minutes()).isEqualTo(5);
    assertThat(found.get(0).reason()).contains("in the five minutes up to this one");
  }

  private static ClosedMinute minute(List<Map<Group, Long>> before) {
    return new ClosedMinute(START + 700 * MINUTE, true, Map.of(), before, Map.of());
  }

  /** Thirty a minute. */
  private static Counts history(int hours) {
    Counts history = new Counts();
    for (int minute = 0; minute < hours * 60; minute++) {
      history.add(START + minute * MINUTE, VISITS, 28 + minute % 5);
    }
    return history;
  }

  private static Baselines learnt(Counts counts) {
    HistorySurvey survey = new HistorySurvey();
    counts.all.forEach(count -> survey.add(count.minute(), count.group(), count.events()));
    MinuteHistory history = new MinuteHistory(survey);
    counts.all.forEach(count -> history.add(count.minute(), count.group(), count.events()));
    return new Baselines("run", MONDAY, BaselineLearning.learn(history, 4), List.of());
  }

  private record Count(long minute, Group group, long events) {}

  private static final class Counts {
    private final List<Count> all = new ArrayList<>();

    void add(long minute, Group group, long events) {
      all.add(new Count(minute, group, events));
    }
  }
}
