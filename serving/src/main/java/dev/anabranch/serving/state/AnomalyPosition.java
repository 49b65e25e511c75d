package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.anomaly.Anomaly;
import java.util.Comparator;

/**
 * Where an anomaly stands: the newest minute first.
 *
 * @param minute microseconds since 1970-01-01T00:00:00Z
 * @param what its kind and group or lead; unique in the minute
 */
public record AnomalyPosition(long minute, String what) implements Comparable<AnomalyPosition> {
  private static final Comparator<AnomalyPosition> ORDER =
      Comparator.comparingLong(AnomalyPosition::minute)
          .reversed()
          .thenComparing(AnomalyPosition::what);

  public static AnomalyPosition of(Anomaly anomaly) {
    // A control character is in none of the names.
    return new AnomalyPosition(
        anomaly.minute(),
        String.join(
            "\t",
            anomaly.kind().wireName(),
            anomaly.eventType().orElse(""),
            anomaly.channel().orElse(""),
            anomaly.leadId().orElse("")));
  }

  @Override
  public int compareTo(AnomalyPosition other) {
    return ORDER.compare(this, other);
  }
}
