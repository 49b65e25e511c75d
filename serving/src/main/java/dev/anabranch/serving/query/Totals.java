package dev.anabranch.serving.query;

import java.math.BigDecimal;

/** All events of a question as one group; zeros where there are none. */
public record Totals(long events, BigDecimal revenue, long leads) {
  public static final Totals ZERO = new Totals(0, new BigDecimal("0.00"), 0);
}
