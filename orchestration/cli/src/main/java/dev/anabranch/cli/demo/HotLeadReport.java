package dev.anabranch.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.measure.HotLead;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Hot leads against what they then did. Judged is who was handed over long enough before the end of
 * the events: whether the others will buy within the horizon is not known yet.
 *
 * @param handedOver all since the model was there
 * @param judged of these
 * @param bought of the judged, those who bought within the horizon
 * @param baseRate the share of all acts in the same time after which a lead bought
 */
record HotLeadReport(
    Duration horizon, int handedOver, int judged, int bought, double baseRate, List<Line> newest) {

  private static final int LINES = 10;

  HotLeadReport {
    newest = List.copyOf(newest);
  }

  /** A judged lead, and how long after its hand-over it bought. */
  record Line(HotLead lead, Optional<Duration> bought) {}

  /**
   * Compares.
   *
   * @param from hand-overs as of earlier instants are from events that the model was trained on
   */
  static HotLeadReport of(List<HotLead> hot, LeadDeeds deeds, Instant from, Duration horizon) {
    Instant until = deeds.end().minus(horizon);
    List<HotLead> since = hot.stream().filter(lead -> !lead.asOf().isBefore(from)).toList();
    List<Line> judged =
        since.stream()
            .filter(lead -> !lead.asOf().isAfter(until))
            .map(lead -> new Line(lead, deeds.boughtAfter(lead.leadId(), lead.asOf(), horizon)))
            .sorted(Comparator.comparing((Line line) -> line.lead().asOf()).reversed())
            .toList();
    return new HotLeadReport(
        horizon,
        since.size(),
        judged.size(),
        (int) judged.stream().filter(line -> line.bought().isPresent()).count(),
        deeds.baseRate(from, until, horizon),
        judged.subList(0, Math.min(LINES, judged.size())));
  }

  /** The share of the judged who bought; empty where none was judged. */
  Optional<Double> precision() {
    return judged == 0 ? Optional.empty() : Optional.of((double) bought / judged);
  }

  /** Precision over base rate; empty where one of them is not there. */
  Optional<Double> lift() {
    return precision().filter(unused -> baseRate > 0).map(precision -> precision / baseRate);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (Line line : newest) {
      HotLead lead = line.lead();
      text.append(
          String.format(
              Locale.ROOT,
              "  %-14s %.2f after %3d events, the last a %-15s of %-11s  %s%n",
              lead.leadId(),
              lead.probability(),
              lead.events(),
              lead.lastType(),
              lead.lastChannel(),
              line.bought()
                  .map(wait -> "bought " + hours(wait) + " later")
                  .orElse("did not buy within " + hours(horizon))));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "%d leads handed over live; of the %d that can be judged, %d bought within %s: precision %s, base rate %.3f, %s times as many.",
                handedOver,
                judged,
                bought,
                hours(horizon),
                precision().map(it -> String.format(Locale.ROOT, "%.3f", it)).orElse("-"),
                baseRate,
                lift().map(it -> String.format(Locale.ROOT, "%.1f", it)).orElse("-")))
        .toString();
  }

  void write(ObjectNode json) {
    json.put("horizon", horizon.toString());
    json.put("handed_over", handedOver);
    json.put("judged", judged);
    json.put("bought", bought);
    json.put("precision", precision().orElse(null));
    json.put("base_rate", baseRate);
    json.put("lift", lift().orElse(null));
  }

  private static String hours(Duration duration) {
    return duration.toHours() >= 10
        ? duration.toHours() + " h"
        : "%d:%02d h".formatted(duration.toHours(), duration.toMinutesPart());
  }
}
