package dev.anabranch.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.lakehouse.anomaly.Anomaly;
import dev.anabranch.lakehouse.anomaly.BaselineLearning;
import dev.anabranch.lakehouse.anomaly.Baselines;
import dev.anabranch.lakehouse.anomaly.Group;
import dev.anabranch.lakehouse.anomaly.HistorySurvey;
import dev.anabranch.lakehouse.anomaly.Judge;
import dev.anabranch.lakehouse.anomaly.LeadLimit;
import dev.anabranch.lakehouse.anomaly.MinuteHistory;
import dev.anabranch.lakehouse.anomaly.OpenMinutes;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.TileBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How well known incidents are found: history by the producer, baselines learnt from it, then days
 * of live traffic by the same producer, first without and then with incidents, in epochs of half a
 * minute. The settings are the defaults.
 */
class AnomalyDetectionTest {
  private static final Logger LOG = LoggerFactory.getLogger(AnomalyDetectionTest.class);
  private static final Settings.Anomalies SETTINGS =
      Settings.load(Optional.empty(), Map.of(), ConfigFactory.empty()).anomalies();

  private static final Instant START = Instant.parse("2026-10-05T00:00:00Z");
  private static final Duration STEP = Duration.ofMillis(500);
  private static final Shares SHARES = new Shares(0.02, 0.02, 0);
  private static final long DAY = 172_800;
  private static final long HISTORY_DAYS = 15;
  private static final long CLEAN_DAYS = 2;
  private static final long INCIDENT_DAYS = 3;
  private static final int INCIDENTS_OF_A_KIND = 12;
  private static final long EPOCH_MICROS = 30_000_000;
  private static final long SEED = 20;

  @Test
  void knownIncidentsAreFoundAndOrdinaryTrafficGivesFewAlarms() {
    List<Incident.Wanted> wanted = new ArrayList<>();
    for (int i = 0; i < INCIDENTS_OF_A_KIND; i++) {
      for (Incident.Kind kind : Incident.Kind.values()) {
        wanted.add(new Incident.Wanted(kind, Duration.ofMinutes(5)));
      }
    }
    Instant clean = START.plus(Duration.ofDays(HISTORY_DAYS));
    Instant dirty = clean.plus(Duration.ofDays(CLEAN_DAYS));
    Instant end = dirty.plus(Duration.ofDays(INCIDENT_DAYS));
    List<Incident> incidents = IncidentPlan.of(wanted, SEED, dirty, end);
    Traffic traffic =
        Traffic.from(START, STEP, SEED, SHARES, (HISTORY_DAYS + CLEAN_DAYS + INCIDENT_DAYS) * DAY);
    Iterator<Outgoing> records = new IncidentTraffic(traffic, incidents);
    History history = new History();
    Event first = history.readUntil(records, micros(clean));
    Baselines baselines = history.learn();
    List<Anomaly> marked = new Live(baselines).judge(first, records);
    Score score = new Score(incidents, marked, micros(dirty));
    LOG.info("{}", score.report());
    assertThat(score.falseAlarmsOfCleanDays()).isLessThanOrEqualTo(4);
    assertThat(score.precision()).isGreaterThan(0.95);
    assertThat(score.found(Incident.Kind.DROP)).isGreaterThan(0.7);
    assertThat(score.found(Incident.Kind.BURST)).isGreaterThan(0.9);
    assertThat(score.found(Incident.Kind.FRAUD)).isEqualTo(1);
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000;
  }

  /** What the batch layer has: every event once, however late. */
  private static final class History {
    private final Map<Long, Map<Group, Long>> minutes = new HashMap<>();
    private final Map<String, Long> events = new HashMap<>();
    private final Map<String, Long> cents = new HashMap<>();
    private final List<Double> rates = new ArrayList<>();
    private final List<Double> revenues = new ArrayList<>();
    private long minute;

    /** The first event that is past the time. */
    Event readUntil(Iterator<Outgoing> records, long until) {
      while (true) {
        Outgoing record = records.next();
        if (!record.distinct()) {
          continue;
        }
        Event event = record.event().orElseThrow();
        if (record.kind() == Kind.EVENT && event.eventTimeMicros() >= until) {
          return event;
        }
        long start = Key.Minute.floor(event.eventTimeMicros());
        minutes
            .computeIfAbsent(start, s -> new HashMap<>())
            .merge(new Group(event.type().wireName(), event.channel()), 1L, Long::sum);
        if (record.kind() == Kind.EVENT) {
          roll(start);
          events.merge(event.leadId(), 1L, Long::sum);
          if (event.type() == EventType.PURCHASE) {
            cents.merge(event.leadId(), event.amountCents(), Long::sum);
          }
        }
      }
    }

    private void roll(long start) {
      if (start != minute) {
        events.values().forEach(count -> rates.add((double) count));
        events.clear();
        long ten = 10 * Key.Minute.MICROS;
        if (Math.floorDiv(start, ten) != Math.floorDiv(minute, ten)) {
          cents.values().forEach(sum -> revenues.add(sum / 100.0));
          cents.clear();
        }
        minute = start;
      }
    }

    Baselines learn() {
      return new Baselines(
          "run",
          Instant.EPOCH,
          BaselineLearning.learn(minuteHistory(), SETTINGS.deviations()),
          List.of(
              limit(LeadLimit.Measure.EVENTS_A_MINUTE, rates),
              limit(LeadLimit.Measure.REVENUE_IN_TEN_MINUTES, revenues)));
    }

    private MinuteHistory minuteHistory() {
      HistorySurvey survey = new HistorySurvey();
      minutes.forEach((start, groups) -> groups.forEach((g, n) -> survey.add(start, g, n)));
      MinuteHistory history = new MinuteHistory(survey);
      minutes.forEach((start, groups) -> groups.forEach((g, n) -> history.add(start, g, n)));
      return history;
    }

    private static LeadLimit limit(LeadLimit.Measure measure, List<Double> values) {
      double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
      double quantile = sorted[(int) (sorted.length * SETTINGS.leadQuantile())];
      return new LeadLimit(measure, sorted.length, quantile, quantile * SETTINGS.leadFactor());
    }
  }

  /** What the speed layer has: tiles of epochs, in which late events are late. */
  private static final class Live {
    private final Judge judge;
    private final OpenMinutes minutes = OpenMinutes.begin(SETTINGS.lateness());
    private final List<Anomaly> marked = new ArrayList<>();
    private TileBuilder activity = new TileBuilder(Activity.VIEW);
    private TileBuilder leads = new TileBuilder(Leads.VIEW);
    private Set<String> ids = new HashSet<>();
    private long epochEnd;
    private long epoch;

    Live(Baselines baselines) {
      this.judge = new Judge(baselines);
    }

    List<Anomaly> judge(Event first, Iterator<Outgoing> records) {
      epochEnd = first.eventTimeMicros() + EPOCH_MICROS;
      add(first);
      while (records.hasNext()) {
        Outgoing record = records.next();
        Event event = record.event().orElseThrow();
        if (record.kind() == Kind.EVENT && event.eventTimeMicros() >= epochEnd) {
          commit();
        }
        add(event);
      }
      commit();
      return marked;
    }

    private void add(Event event) {
      if (ids.add(event.eventId())) {
        activity.add(event);
        leads.add(event);
      }
    }

    private void commit() {
      epoch++;
      minutes
          .add(epoch, OptionalLong.of(epochEnd / 1_000), activity.build(), leads.build())
          .forEach(minute -> marked.addAll(judge.judge(minute)));
      activity = new TileBuilder(Activity.VIEW);
      leads = new TileBuilder(Leads.VIEW);
      ids = new HashSet<>();
      epochEnd += EPOCH_MICROS;
    }
  }

  /** Holds what was marked against what is known. */
  private record Score(List<Incident> incidents, List<Anomaly> marked, long dirty) {

    long falseAlarmsOfCleanDays() {
      return marked.stream().filter(anomaly -> anomaly.minute() < dirty).count();
    }

    private List<Anomaly> ofIncidentDays() {
      return marked.stream().filter(anomaly -> anomaly.minute() >= dirty).toList();
    }

    /** The share of what was marked on the days with incidents that an incident explains. */
    double precision() {
      List<Anomaly> all = ofIncidentDays();
      long explained =
          all.stream().filter(a -> incidents.stream().anyMatch(i -> explains(i, a))).count();
      return explained / (double) all.size();
    }

    /** The share of the incidents of a kind of which a minute was marked. */
    double found(Incident.Kind kind) {
      return of(kind).stream().filter(i -> markedMinutes(i) > 0).count() / (double) of(kind).size();
    }

    /** The share of the minutes of incidents of a kind that were marked. */
    double foundMinutes(Incident.Kind kind) {
      return of(kind).stream().mapToLong(this::markedMinutes).sum()
          / (double)
              of(kind).stream()
                  .mapToLong(i -> Duration.between(i.from(), i.until()).toMinutes())
                  .sum();
    }

    private List<Incident> of(Incident.Kind kind) {
      return incidents.stream().filter(incident -> incident.kind() == kind).toList();
    }

    private long markedMinutes(Incident incident) {
      return marked.stream()
          .filter(anomaly -> explains(incident, anomaly))
          .map(Anomaly::minute)
          .distinct()
          .count();
    }

    private static boolean explains(Incident incident, Anomaly anomaly) {
      if (!incident.holds(anomaly.minute())) {
        return false;
      }
      return switch (incident.kind()) {
        case DROP -> anomaly.kind() == Anomaly.Kind.DROP && isOf(incident, anomaly);
        case BURST -> anomaly.kind() == Anomaly.Kind.BURST && isOf(incident, anomaly);
        case FRAUD ->
            anomaly.leadId().equals(incident.lead())
                || (anomaly.kind() == Anomaly.Kind.BURST
                    && anomaly.eventType().equals(Optional.of("purchase"))
                    && anomaly.channel().equals(Optional.of("direct")));
      };
    }

    private static boolean isOf(Incident incident, Anomaly anomaly) {
      return anomaly.eventType().equals(incident.type().map(EventType::wireName))
          && anomaly.channel().equals(incident.channel());
    }

    String report() {
      StringBuilder text = new StringBuilder();
      text.append(
          "Anomalies, seed %d: %d alarms on %d days without incidents; on %d days with %d incidents precision %.3f of %d%n"
              .formatted(
                  SEED,
                  falseAlarmsOfCleanDays(),
                  CLEAN_DAYS,
                  INCIDENT_DAYS,
                  incidents.size(),
                  precision(),
                  ofIncidentDays().size()));
      for (Incident.Kind kind : Incident.Kind.values()) {
        text.append(
            "%s: recall %.3f of %d incidents, %.3f of their minutes%n"
                .formatted(kind.wireName(), found(kind), of(kind).size(), foundMinutes(kind)));
      }
      return text.toString();
    }
  }
}
