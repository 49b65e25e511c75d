package dev.anabranch.lakehouse.anomaly;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds what leaves its baseline. The same minute and baselines give the same anomalies. */
public final class Judge {
  private static final int HOURS_OF_A_DAY = 24;

  private final Baselines baselines;

  public Judge(Baselines baselines) {
    this.baselines = baselines;
  }

  /** The anomalies of a minute, in an order of their own. */
  public List<Anomaly> judge(ClosedMinute minute) {
    List<Anomaly> found = new ArrayList<>();
    Set<Group> groups = new HashSet<>(baselines.groups());
    groups.addAll(minute.counts().keySet());
    groups.forEach(group -> judge(minute, group).ifPresent(found::add));
    baselines
        .of(LeadLimit.Measure.EVENTS_A_MINUTE)
        .ifPresent(limit -> minute.leads().forEach((id, lead) -> rate(found, minute, limit, id)));
    baselines
        .of(LeadLimit.Measure.REVENUE_IN_TEN_MINUTES)
        .ifPresent(
            limit -> minute.leads().forEach((id, lead) -> revenue(found, minute, limit, id)));
    found.sort(
        Comparator.comparing(Anomaly::kind)
            .thenComparing(anomaly -> anomaly.eventType().orElse(""))
            .thenComparing(anomaly -> anomaly.channel().orElse(""))
            .thenComparing(anomaly -> anomaly.leadId().orElse("")));
    return found;
  }

  /** By the minute alone, else by it and the four before. */
  private Optional<Anomaly> judge(ClosedMinute minute, Group group) {
    Optional<Baseline> ofMinute = baselines.of(group, Span.MINUTE, minute.minute());
    if (ofMinute.isEmpty()) {
      return Optional.empty();
    }
    long count = minute.counts().getOrDefault(group, 0L);
    Range expected = ofMinute.get().expected();
    if (count > expected.upper() || (count < expected.lower() && minute.whole())) {
      return Optional.of(of(minute, group, count, ofMinute.get()));
    }
    return minute.before().isEmpty()
        ? Optional.empty()
        : baselines
            .of(group, Span.FIVE_MINUTES, minute.minute())
            .flatMap(ofFive -> judge(minute, group, ofMinute.get(), ofFive));
  }

  private Optional<Anomaly> judge(
      ClosedMinute minute, Group group, Baseline ofMinute, Baseline ofFive) {
    long count = minute.counts().getOrDefault(group, 0L);
    long before = minute.before().stream().mapToLong(m -> m.getOrDefault(group, 0L)).sum();
    Range expected = ofFive.expected();
    if (expected.holds(count + before)) {
      return Optional.empty();
    }
    // What is over, or marked already, is still in the sum for some minutes.
    double off = count - ofMinute.median();
    boolean goesOn =
        count + before < expected.lower() ? off < -deviation(ofMinute) : off > deviation(ofMinute);
    boolean marked =
        minute.before().stream()
            .anyMatch(m -> !ofMinute.expected().holds(m.getOrDefault(group, 0L)));
    return goesOn && !marked
        ? Optional.of(of(minute, group, count + before, ofFive))
        : Optional.empty();
  }

  private static double deviation(Baseline baseline) {
    return Math.max(Range.MAD_TO_DEVIATION * baseline.mad(), Math.sqrt(baseline.median()));
  }

  private Anomaly of(ClosedMinute minute, Group group, long count, Baseline baseline) {
    Range expected = baseline.expected();
    return new Anomaly(
        minute.minute(),
        baseline.span().minutes(),
        count < expected.lower() ? Anomaly.Kind.DROP : Anomaly.Kind.BURST,
        Optional.of(group.eventType()),
        Optional.of(group.channel()),
        Optional.empty(),
        BigDecimal.valueOf(count),
        BigDecimal.valueOf(expected.lower()),
        BigDecimal.valueOf(expected.upper()),
        baseline.pool().wireName(),
        baselines.batchRun(),
        "%d %s of channel %s in %s; %d to %d are usual %s (median %s of %d such counts)."
            .formatted(
                count,
                group.eventType(),
                group.channel(),
                baseline.span() == Span.MINUTE ? "this minute" : "the five minutes up to this one",
                expected.lower(),
                expected.upper(),
                when(baseline),
                plain(baseline.median()),
                baseline.minutes()));
  }

  private static String when(Baseline baseline) {
    return switch (baseline.pool()) {
      case HOUR_OF_WEEK -> {
        int hour = baseline.hour().orElseThrow();
        DayOfWeek day = DayOfWeek.of(hour / HOURS_OF_A_DAY + 1);
        yield "on %ss from %02d:00 UTC"
            .formatted(day.getDisplayName(TextStyle.FULL, Locale.ENGLISH), hour % HOURS_OF_A_DAY);
      }
      case HOUR_OF_DAY -> "from %02d:00 UTC".formatted(baseline.hour().orElseThrow());
      case TYPE_AND_CHANNEL -> "at any hour";
      case EVENT_TYPE -> "of any one channel at any hour";
    };
  }

  private void rate(List<Anomaly> found, ClosedMinute minute, LeadLimit limit, String id) {
    long events = minute.leads().get(id).events();
    if (events > limit.upper()) {
      found.add(
          of(
              minute,
              Anomaly.Kind.LEAD_RATE,
              id,
              BigDecimal.valueOf(events),
              BigDecimal.valueOf((long) limit.upper()),
              limit,
              "Lead %s did %d things in this minute; the limit is %s, and nearly all of %d minutes of leads stay within %s."
                  .formatted(
                      id,
                      events,
                      plain(limit.upper()),
                      limit.observations(),
                      plain(limit.quantile()))));
    }
  }

  /** Only the minute in which the sum passes the limit. */
  private void revenue(List<Anomaly> found, ClosedMinute minute, LeadLimit limit, String id) {
    ClosedMinute.Lead lead = minute.leads().get(id);
    BigDecimal upper = money(limit.upper());
    BigDecimal sum = BigDecimal.valueOf(lead.cents(), 2);
    if (sum.compareTo(upper) > 0
        && BigDecimal.valueOf(lead.centsBefore(), 2).compareTo(upper) <= 0) {
      found.add(
          of(
              minute,
              Anomaly.Kind.LEAD_REVENUE,
              id,
              sum,
              upper,
              limit,
              "Lead %s came to %s within ten minutes; the limit is %s, and nearly all of %d such sums stay within %s."
                  .formatted(id, sum, upper, limit.observations(), money(limit.quantile()))));
    }
  }

  private Anomaly of(
      ClosedMinute minute,
      Anomaly.Kind kind,
      String lead,
      BigDecimal observed,
      BigDecimal upper,
      LeadLimit limit,
      String reason) {
    return new Anomaly(
        minute.minute(),
        limit.measure().minutes(),
        kind,
        Optional.empty(),
        Optional.empty(),
        Optional.of(lead),
        observed,
        BigDecimal.ZERO,
        upper,
        limit.measure().wireName(),
        baselines.batchRun(),
        reason);
  }

  private static BigDecimal money(double amount) {
    return BigDecimal.valueOf(amount).setScale(2, RoundingMode.HALF_UP);
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
