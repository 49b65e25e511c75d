package dev.anabranch.lakehouse.anomaly;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Something that is far from what is usual. A minute has at most one of a kind and group, or of a
 * kind and lead.
 *
 * @param minute its beginning, microseconds since 1970-01-01T00:00:00Z
 * @param minutes how many minutes up to and with this one were too much or too little
 * @param eventType there where it is of a group; so is the channel
 * @param leadId there where it is of a lead
 * @param observed events; of {@link Kind#LEAD_REVENUE} units of money, as the bounds
 * @param lower what is usual at least, inclusive
 * @param upper what is usual at most, inclusive
 * @param pool the wire name of the {@link Pool} or {@link LeadLimit.Measure} that says so
 * @param batchRun whose events that was learnt from
 * @param reason in words
 */
public record Anomaly(
    long minute,
    long minutes,
    Kind kind,
    Optional<String> eventType,
    Optional<String> channel,
    Optional<String> leadId,
    BigDecimal observed,
    BigDecimal lower,
    BigDecimal upper,
    String pool,
    String batchRun,
    String reason) {

  /** What is unusual. */
  public enum Kind {
    DROP("drop"),
    BURST("burst"),
    LEAD_RATE("lead_rate"),
    LEAD_REVENUE("lead_revenue");

    public static final List<Kind> ALL = List.of(values());

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }

    public static Kind ofWireName(String name) {
      return Arrays.stream(values())
          .filter(kind -> kind.wireName.equals(name))
          .findAny()
          .orElseThrow(() -> new IllegalArgumentException("No anomaly is called " + name));
    }
  }
}
