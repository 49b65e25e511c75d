package dev.anabranch.scoring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A hot lead as the value of a record of the topic. */
final class HotLeadJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private HotLeadJson() {}

  static String of(LeadScore lead) {
    ObjectNode value = JSON.createObjectNode();
    value.put("lead_id", lead.leadId());
    value.put("probability", lead.probability());
    value.put("model_version", lead.modelVersion());
    value.put("as_of", Instant.EPOCH.plus(lead.asOfMicros(), ChronoUnit.MICROS).toString());
    value.put("events", lead.events());
    value.put("last_type", lead.lastType());
    value.put("last_channel", lead.lastChannel());
    value.put("kafka_timestamp", Instant.ofEpochMilli(lead.kafkaMillis()).toString());
    value.put("scored_at", Instant.ofEpochMilli(lead.scoredMillis()).toString());
    value.put("epoch", lead.epoch());
    lead.profile().ifPresentOrElse(it -> profile(value, it), () -> value.putNull("profile"));
    return value.toString();
  }

  private static void profile(ObjectNode value, LeadProfile profile) {
    value
        .putObject("profile")
        .put("company_size", profile.companySize())
        .put("country", profile.country())
        .put("sector", profile.sector())
        .put("signed_up_at", profile.signedUpAt().toString())
        .put("lifecycle_stage", profile.lifecycleStage());
  }
}
