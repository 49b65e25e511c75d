package dev.anabranch.cli.measure;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;

/**
 * A lead that was handed over to sales, as who reads the topic sees it.
 *
 * @param asOf time of the event by which it was scored, UTC
 * @param probability of a purchase within the model's horizon, 0 to 1
 * @param kafkaTime when the broker got the event
 * @param seenMillis when the record was read, milliseconds since the epoch
 */
public record HotLead(
    String leadId,
    Instant asOf,
    double probability,
    long modelVersion,
    long events,
    String lastType,
    String lastChannel,
    Instant kafkaTime,
    long seenMillis) {

  /** Reads a record's value. */
  static HotLead read(JsonNode value, long seenMillis) {
    return new HotLead(
        value.required("lead_id").asText(),
        Instant.parse(value.required("as_of").asText()),
        value.required("probability").asDouble(),
        value.required("model_version").asLong(),
        value.required("events").asLong(),
        value.required("last_type").asText(),
        value.required("last_channel").asText(),
        Instant.parse(value.required("kafka_timestamp").asText()),
        seenMillis);
  }

  /** From the broker's getting the event to the reader's getting the hot lead. */
  public Duration latency() {
    return Duration.ofMillis(seenMillis - kafkaTime.toEpochMilli());
  }
}
