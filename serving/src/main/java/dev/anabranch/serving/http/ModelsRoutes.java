package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.lakehouse.lake.ModelChange;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.lake.PromotionRule;
import dev.anabranch.serving.state.LakeState;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/models}: the registry of models, and its champion. */
public final class ModelsRoutes {
  private static final String VERSION = "version";
  private static final String REASON = "reason";

  private final LakeState lake;
  private final Access access;
  private final PromotionRule rule;

  public ModelsRoutes(LakeState lake, Access access, PromotionRule rule) {
    this.lake = lake;
    this.access = access;
    this.rule = rule;
  }

  /** All models, newest first, and every change of the registry, oldest first. */
  public void all(Context ctx) {
    Requests.noParameters(ctx);
    ModelRegistry registry = looked();
    Optional<ModelVersion> champion = registry.champion();
    Json.answer(
        ctx,
        200,
        json -> {
          json.writeStartObject();
          Provenance.number(
              json, "champion", champion.stream().mapToLong(ModelVersion::version).findFirst());
          json.writeArrayFieldStart("models");
          for (ModelVersion model : registry.versions()) {
            write(json, model, champion, false);
          }
          json.writeEndArray();
          json.writeArrayFieldStart("changes");
          for (ModelChange change : registry.changes()) {
            write(json, change);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** One model, with its card. */
  public void one(Context ctx) {
    Requests.noParameters(ctx);
    long version = version(ctx);
    ModelRegistry registry = looked();
    ModelVersion model =
        registry
            .find(version)
            .orElseThrow(
                () ->
                    ProblemException.of(
                        404, "There is no model %d; GET /v1/models lists all.".formatted(version)));
    Json.answer(ctx, 200, json -> write(json, model, registry.champion(), true));
  }

  /** Makes a model the champion, where the rule allows it. */
  public void promote(Context ctx) {
    access.requireChange(ctx);
    Requests.noParameters(ctx);
    String reason = reason(ctx);
    ModelVersion model = looked().promote(version(ctx), "api", reason, rule);
    Json.answer(ctx, 200, json -> write(json, model, Optional.of(model), true));
  }

  /** Makes the champion before this one the champion again. */
  public void rollBack(Context ctx) {
    access.requireChange(ctx);
    Requests.noParameters(ctx);
    ModelVersion model = looked().rollBack("api", reason(ctx));
    Json.answer(ctx, 200, json -> write(json, model, Optional.of(model), true));
  }

  private ModelRegistry looked() {
    ModelRegistry registry = lake.models();
    registry.refresh();
    return registry;
  }

  private static String reason(Context ctx) {
    Map<String, String> body = Bodies.fields(ctx, Set.of(REASON));
    return body.getOrDefault(REASON, "");
  }

  private static long version(Context ctx) {
    String text = Requests.segment(ctx, 2, VERSION);
    if (!text.matches("[1-9][0-9]{0,17}")) {
      throw Values.bad(VERSION, text, "a whole number from 1");
    }
    return Long.parseLong(text);
  }

  private static void write(
      JsonGenerator json, ModelVersion model, Optional<ModelVersion> champion, boolean whole)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField(VERSION, model.version());
    json.writeBooleanField(
        "champion", champion.filter(c -> c.version() == model.version()).isPresent());
    json.writeStringField("algorithm", model.algorithm());
    json.writeStringField("registered_at", Instants.text(model.registeredAt()));
    for (String metric : new String[] {"auc", "pr_auc", "log_loss", "lift_top_decile"}) {
      json.writeFieldName(metric);
      if (model.metric(metric).isPresent()) {
        json.writeNumber(model.metric(metric).getAsDouble());
      } else {
        json.writeNull();
      }
    }
    if (whole) {
      json.writeFieldName("card");
      json.writeRawValue(model.card().toString());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, ModelChange change) throws IOException {
    json.writeStartObject();
    json.writeStringField("change", change.kind().wireName());
    json.writeNumberField(VERSION, change.version());
    json.writeStringField("at", Instants.text(change.at()));
    json.writeStringField("by", change.by());
    json.writeStringField(REASON, change.reason());
    json.writeEndObject();
  }
}
