package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Scores;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code /v1/scoring}: how the scoring stream does, in its own words and by what is here of it; and
 * how the batch layer's scoring of all leads does.
 */
public final class ScoringRoutes {
  private static final ObjectMapper TREES = new ObjectMapper();

  /** Fields of what the stream says that are handed on as they are; null where it says nothing. */
  private static final List<String> SAID =
      List.of(
          "updated_at",
          "epoch",
          "model",
          "duplicates_dropped",
          "quarantined_records",
          "input_rows_per_second",
          "processed_rows_per_second",
          "epoch_millis",
          "profiles",
          "hot_leads",
          "this_minute");

  /** The same of lists, which are empty where it says nothing. */
  private static final List<String> LISTS = List.of("refused_models", "targets");

  /** What the batch layer says that is handed on. */
  private static final List<String> BATCH =
      List.of("state", "reason", "model_version", "batch_run", "leads", "scored_at");

  private final Scores scores;

  public ScoringRoutes(LakeState lake) {
    this.scores = lake.scores();
  }

  public void one(Context ctx) {
    Requests.noParameters(ctx);
    JsonNode said = scores.document().orElseGet(MissingNode::getInstance);
    Json.answer(
        ctx,
        200,
        json -> {
          json.writeStartObject();
          json.writeStringField("state", scores.state().wireName());
          for (String field : SAID) {
            json.writeFieldName(field);
            tree(json, said.path(field));
          }
          for (String field : LISTS) {
            json.writeArrayFieldStart(field);
            for (JsonNode item : said.path(field)) {
              tree(json, item);
            }
            json.writeEndArray();
          }
          Provenance.offsets(json, "until_offsets", Optional.of(scores.untilOffsets()));
          Provenance.offsets(json, "end_offsets", scores.endOffsets());
          Provenance.number(json, "lag_events", scores.lagEvents());
          json.writeNumberField("leads", scores.speed().size());
          json.writeFieldName("batch");
          batch(json, scores.batchDocument());
          json.writeEndObject();
        });
  }

  private static void batch(JsonGenerator json, Optional<JsonNode> said) throws IOException {
    if (said.isEmpty()) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    for (String field : BATCH) {
      json.writeFieldName(field);
      tree(json, said.get().path(field));
    }
    json.writeEndObject();
  }

  private static void tree(JsonGenerator json, JsonNode tree) throws IOException {
    if (tree.isMissingNode()) {
      json.writeNull();
    } else {
      TREES.writeTree(json, tree);
    }
  }
}
