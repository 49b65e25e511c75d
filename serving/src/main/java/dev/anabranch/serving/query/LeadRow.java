package dev.anabranch.serving.query;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one lead has done.
 *
 * @param byType events by the type's name, every type, in the order of {@code EventType}
 * @param revenue with two decimals
 */
public record LeadRow(
    String leadId,
    long events,
    Map<String, Long> byType,
    BigDecimal revenue,
    long firstSeenMicros,
    long lastSeenMicros) {
  public LeadRow {
    byType = Collections.unmodifiableMap(new LinkedHashMap<>(byType));
  }
}
