package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Pipelines.Pipeline;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** {@code /v1/pipelines}, one of them, and the reprocessing of Kappa. */
public final class PipelinesRoutes {
  private static final ObjectMapper TREES = new ObjectMapper();

  private final LakeState lake;
  private final Access access;
  private final LongSupplier reprocess;

  /**
   * Answers from the lake.
   *
   * @param reprocess asks for a new generation of Kappa, and answers its number
   */
  public PipelinesRoutes(LakeState lake, Access access, LongSupplier reprocess) {
    this.lake = lake;
    this.access = access;
    this.reprocess = reprocess;
  }

  public void all(Context ctx) {
    Requests.noParameters(ctx);
    List<Pipeline> pipelines = lake.pipelines().all();
    Json.answer(
        ctx,
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("pipelines");
          for (Pipeline pipeline : pipelines) {
            write(json, pipeline);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  public void one(Context ctx) {
    Requests.noParameters(ctx);
    String name = Requests.segment(ctx, 2, "name");
    Pipeline pipeline =
        lake.pipelines().all().stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    ProblemException.of(
                        404,
                        "No pipeline %s; there are %s."
                            .formatted(
                                Shown.quoted(name),
                                String.join(
                                    ", ",
                                    lake.pipelines().all().stream()
                                        .map(Pipeline::name)
                                        .toList()))));
    Json.answer(ctx, 200, json -> write(json, pipeline));
  }

  /** A new generation of Kappa, or the one that is being built already. */
  public void reprocess(Context ctx) {
    access.requireChange(ctx);
    Requests.noParameters(ctx);
    Bodies.fields(ctx, Set.of());
    Requests.requirePart(lake.pipelines(), "kappa", "a new generation would never be built");
    long generation = reprocess.getAsLong();
    Json.answer(
        ctx,
        202,
        json -> {
          json.writeStartObject();
          json.writeNumberField("generation", generation);
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, Pipeline pipeline) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", pipeline.name());
    json.writeStringField("state", pipeline.state());
    Provenance.number(json, "epoch", pipeline.epoch());
    Provenance.number(json, "generation", pipeline.generation());
    Provenance.offsets(json, "until_offsets", Optional.of(pipeline.untilOffsets()));
    Provenance.offsets(json, "end_offsets", pipeline.endOffsets());
    Provenance.number(json, "lag_events", pipeline.lagEvents());
    Provenance.text(json, "watermark", pipeline.watermark());
    Provenance.text(json, "watermark_delay", pipeline.watermarkDelay());
    json.writeNumberField("late_events_dropped", pipeline.lateEventsDropped());
    json.writeNumberField("duplicates_dropped", pipeline.duplicatesDropped());
    json.writeNumberField("quarantined_records", pipeline.quarantinedRecords());
    rate(json, "input_rows_per_second", pipeline.inputRowsPerSecond());
    rate(json, "processed_rows_per_second", pipeline.processedRowsPerSecond());
    json.writeFieldName("epoch_millis");
    tree(json, pipeline.epochMillis());
    Provenance.number(json, "state_rows", pipeline.stateRows());
    json.writeFieldName("last_progress");
    tree(json, pipeline.lastProgress());
    json.writeArrayFieldStart("recent_progress");
    for (JsonNode progress : pipeline.recentProgress()) {
      tree(json, Optional.of(progress));
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** JSON has no name for what is no number. */
  private static void rate(JsonGenerator json, String field, Optional<Double> value)
      throws IOException {
    if (value.isPresent() && Double.isFinite(value.get())) {
      json.writeNumberField(field, value.get());
    } else {
      json.writeNullField(field);
    }
  }

  private static void tree(JsonGenerator json, Optional<JsonNode> tree) throws IOException {
    if (tree.isPresent()) {
      TREES.writeTree(json, tree.get());
    } else {
      json.writeNull();
    }
  }
}
