package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.lakehouse.lake.ScoringMinute;
import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Writes scores and what was counted of them. */
final class ScoresJson {
  private ScoresJson() {}

  /** The fields of a score of the speed layer, in an object that is open. */
  static void writeFields(JsonGenerator json, Instants instants, LeadScore score)
      throws IOException {
    number(json, "probability", score.probability());
    json.writeNumberField("model_version", score.modelVersion());
    json.writeStringField("as_of", instants.text(score.asOfMicros()));
    json.writeNumberField("events", score.events());
    json.writeStringField("last_type", score.lastType());
    json.writeStringField("last_channel", score.lastChannel());
    json.writeStringField("kafka_timestamp", instants.text(score.kafkaMillis() * 1000));
    json.writeStringField("scored_at", instants.text(score.scoredMillis() * 1000));
    json.writeNumberField("epoch", score.epoch());
    json.writeBooleanField("hot", score.hot());
    if (score.profile().isPresent()) {
      write(json, score.profile().get());
    } else {
      json.writeNullField("profile");
    }
  }

  private static void write(JsonGenerator json, LeadProfile profile) throws IOException {
    json.writeObjectFieldStart("profile");
    json.writeStringField("company_size", profile.companySize());
    json.writeStringField("country", profile.country());
    json.writeStringField("sector", profile.sector());
    json.writeStringField("signed_up_at", Instants.text(profile.signedUpAt()));
    json.writeStringField("lifecycle_stage", profile.lifecycleStage());
    json.writeEndObject();
  }

  /** The field {@code speed}. */
  static void writeSpeed(JsonGenerator json, Instants instants, Optional<LeadScore> score)
      throws IOException {
    if (score.isEmpty()) {
      json.writeNullField("speed");
      return;
    }
    json.writeObjectFieldStart("speed");
    writeFields(json, instants, score.get());
    json.writeEndObject();
  }

  /** The field {@code batch}. */
  static void writeBatch(JsonGenerator json, Instants instants, Optional<BatchScore> score)
      throws IOException {
    if (score.isEmpty()) {
      json.writeNullField("batch");
      return;
    }
    json.writeObjectFieldStart("batch");
    number(json, "probability", score.get().probability());
    json.writeNumberField("model_version", score.get().modelVersion());
    json.writeStringField("as_of", instants.text(score.get().asOfMicros()));
    json.writeNumberField("events", score.get().events());
    json.writeStringField("batch_run", score.get().batchRun());
    json.writeEndObject();
  }

  /** The fields of a minute, in an object that is open. */
  static void writeFields(JsonGenerator json, ScoringMinute minute) throws IOException {
    json.writeStringField("minute", Instants.text(minute.minute()));
    json.writeNumberField("scored", minute.scored());
    json.writeNumberField("hot", minute.hot());
    number(json, "mean_probability", minute.meanProbability());
    json.writeNumberField("latency_p50_millis", minute.latencyP50Millis());
    json.writeNumberField("latency_p99_millis", minute.latencyP99Millis());
    number(json, "psi", minute.psi());
    json.writeNumberField("not_a_number", minute.notANumber());
    json.writeNumberField("unseen_categories", minute.unseenCategories());
    json.writeNumberField("without_profile", minute.withoutProfile());
    json.writeNumberField("model_version", minute.modelVersion());
  }

  static void number(JsonGenerator json, String field, OptionalDouble value) throws IOException {
    number(json, field, value.orElse(Double.NaN));
  }

  /** JSON has no name for what is no number. */
  static void number(JsonGenerator json, String field, double value) throws IOException {
    if (Double.isNaN(value)) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, value);
    }
  }
}
