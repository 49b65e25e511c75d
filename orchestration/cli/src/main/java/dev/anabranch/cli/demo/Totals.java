package dev.anabranch.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Objects;

/**
 * All events as one group.
 *
 * @param revenue with two decimals
 * @param leads distinct ones; from a sketch where the side has only that
 */
public record Totals(long events, BigDecimal revenue, long leads) {

  /** No events. */
  public static final Totals NONE = new Totals(0, new BigDecimal("0.00"), 0);

  public Totals {
    Objects.requireNonNull(revenue);
  }

  /** Reads a side of the comparison; a side without rows has no events. */
  static Totals read(JsonNode side) {
    return side.isObject()
        ? new Totals(
            side.required("events").asLong(),
            new BigDecimal(side.required("revenue").asText()),
            side.required("leads").asLong())
        : NONE;
  }

  /** How far the number of events is from the truth, as a share of it. */
  double eventsError(Totals truth) {
    return error(BigDecimal.valueOf(events), BigDecimal.valueOf(truth.events));
  }

  /** How far the revenue is from the truth, as a share of it. */
  double revenueError(Totals truth) {
    return error(revenue, truth.revenue);
  }

  /** Whether events and revenue are the same; distinct leads are not exact on any side. */
  boolean exactly(Totals truth) {
    return events == truth.events && revenue.compareTo(truth.revenue) == 0;
  }

  private static double error(BigDecimal value, BigDecimal truth) {
    double difference = value.subtract(truth).abs().doubleValue();
    if (difference == 0) {
      return 0;
    }
    return truth.signum() == 0 ? 1 : difference / truth.abs().doubleValue();
  }
}
