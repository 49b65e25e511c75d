package dev.anabranch.lakehouse.lead;

import java.util.Optional;

/**
 * How likely a lead is to buy, as of the last event that was known of it.
 *
 * @param epoch of the scoring stream
 * @param asOfMicros the time of that event, microseconds
 * @param events how many distinct events are known of the lead
 * @param probability of a purchase within the model's horizon, 0 to 1; NaN where the model has no
 *     answer
 * @param modelVersion whose answer it is
 * @param kafkaMillis when the newest record of the lead was appended to the log
 * @param scoredMillis when the score was made
 * @param hot whether it hands the lead over to sales
 * @param lastType what the lead did last
 * @param profile empty: none was known then
 */
public record LeadScore(
    long epoch,
    String leadId,
    long asOfMicros,
    long events,
    double probability,
    long modelVersion,
    long kafkaMillis,
    long scoredMillis,
    boolean hot,
    String lastType,
    String lastChannel,
    Optional<LeadProfile> profile) {

  /** The same score, which hands the lead over. */
  public LeadScore handedOver() {
    return new LeadScore(
        epoch,
        leadId,
        asOfMicros,
        events,
        probability,
        modelVersion,
        kafkaMillis,
        scoredMillis,
        true,
        lastType,
        lastChannel,
        profile);
  }

  /** Of two scores of a lead the one of the later epoch counts. */
  public boolean isNewerThan(LeadScore other) {
    return epoch > other.epoch;
  }
}
