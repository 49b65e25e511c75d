package dev.anabranch.lakehouse.lead;

/**
 * How likely a lead is to buy, by all that a batch run knows of it: each event once, in the order
 * in which they happened.
 *
 * @param asOfMicros the time of the lead's last event, microseconds
 * @param events how many distinct events are known of the lead
 * @param probability of a purchase within the model's horizon, 0 to 1; NaN where the model has no
 *     answer
 * @param modelVersion whose answer it is
 * @param batchRun the id of the run
 */
public record BatchScore(
    String leadId,
    long asOfMicros,
    long events,
    double probability,
    long modelVersion,
    String batchRun) {}
