package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.lakehouse.lake.ScoringMinute;
import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.serving.query.ScoreDrift;
import dev.anabranch.serving.query.ScoreDrift.Incomparable;
import dev.anabranch.serving.query.ScoresComparison;
import dev.anabranch.serving.state.HotPosition;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Page;
import dev.anabranch.serving.state.Scores;
import io.javalin.http.Context;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /v1/views/scores/{lead_id}}, {@code /v1/views/hot-leads} and {@code
 * /v1/comparison/scores}.
 */
public final class ScoresRoutes {
  private static final int MINUTES = 60;

  private final Scores scores;
  private final Cursors cursors;

  public ScoresRoutes(LakeState lake, Cursors cursors) {
    this.scores = lake.scores();
    this.cursors = cursors;
  }

  /** Both layers' scores of one lead. */
  public void one(Context ctx) {
    Requests.noParameters(ctx);
    String leadId = Requests.leadId(ctx);
    Optional<LeadScore> speed = scores.speed(leadId);
    Optional<BatchScore> batch = scores.batch(leadId);
    if (speed.isEmpty() && batch.isEmpty()) {
      throw ProblemException.of(
          404,
          "No score of a lead %s; scoring is %s. GET /v1/scoring says more."
              .formatted(Shown.quoted(leadId), scores.state().wireName()));
    }
    Optional<Incomparable> incomparable = ScoreDrift.incomparable(speed, batch);
    Json.answer(
        ctx,
        200,
        json -> {
          Instants instants = new Instants();
          json.writeStartObject();
          json.writeStringField("view", "scores");
          json.writeStringField("lead_id", leadId);
          ScoresJson.writeSpeed(json, instants, speed);
          ScoresJson.writeBatch(json, instants, batch);
          if (incomparable.isEmpty()) {
            json.writeNumberField(
                "drift", new ScoreDrift(speed.orElseThrow(), batch.orElseThrow()).value());
          } else {
            json.writeNullField("drift");
          }
          Provenance.text(json, "incomparable", incomparable.map(Incomparable::wireName));
          json.writeEndObject();
        });
  }

  /** Leads that were handed over, newest first. */
  public void hot(Context ctx) {
    Parameters parameters = Requests.parameters(ctx, Set.of("limit", "cursor"));
    int limit = Values.limit(parameters);
    Cursors.Part scope = out -> out.writeUTF("hot-leads " + limit);
    // No snapshot is kept: what comes meanwhile comes before all that a cursor has left.
    Optional<HotPosition> after =
        parameters
            .text("cursor")
            .map(cursor -> cursors.read(scope, cursor).position())
            .map(position -> Paging.read(position, ScoresRoutes::readPosition));
    Page<LeadScore> page = scores.hot(after, limit);
    Optional<String> next =
        page.more()
            ? Optional.of(next(scope, page.rows().get(page.rows().size() - 1)))
            : Optional.empty();
    Json.answer(
        ctx,
        200,
        json -> {
          Instants instants = new Instants();
          json.writeStartObject();
          json.writeStringField("view", "hot-leads");
          json.writeArrayFieldStart("rows");
          for (LeadScore score : page.rows()) {
            json.writeStartObject();
            json.writeStringField("lead_id", score.leadId());
            ScoresJson.writeFields(json, instants, score);
            json.writeEndObject();
          }
          json.writeEndArray();
          Provenance.text(json, "next_cursor", next);
          json.writeEndObject();
        });
  }

  /** Score drift, batch against speed, and the figures of the last minutes. */
  public void comparison(Context ctx) {
    int limit = Values.limit(Requests.parameters(ctx, Set.of("limit")));
    ScoresComparison comparison = ScoresComparison.of(scores.speed(), scores.batch(), limit);
    Json.answer(
        ctx,
        200,
        json -> {
          json.writeStartObject();
          json.writeStringField("view", "scores");
          write(json, comparison);
          json.writeArrayFieldStart("minutes");
          for (ScoringMinute minute : scores.minutes(MINUTES)) {
            json.writeStartObject();
            ScoresJson.writeFields(json, minute);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, ScoresComparison comparison) throws IOException {
    Instants instants = new Instants();
    json.writeNumberField("compared", comparison.compared());
    json.writeObjectFieldStart("incomparable");
    for (Incomparable reason : Incomparable.values()) {
      json.writeNumberField(reason.wireName(), comparison.incomparable().getOrDefault(reason, 0L));
    }
    json.writeEndObject();
    json.writeObjectFieldStart("absolute_drift");
    ScoresJson.number(json, "mean", comparison.meanAbsolute());
    ScoresJson.number(json, "p95", comparison.p95Absolute());
    ScoresJson.number(json, "max", comparison.maxAbsolute());
    json.writeEndObject();
    json.writeArrayFieldStart("rows");
    for (ScoreDrift drift : comparison.rows()) {
      json.writeStartObject();
      json.writeStringField("lead_id", drift.speed().leadId());
      json.writeNumberField("drift", drift.value());
      ScoresJson.writeSpeed(json, instants, Optional.of(drift.speed()));
      ScoresJson.writeBatch(json, instants, Optional.of(drift.batch()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private String next(Cursors.Part scope, LeadScore last) {
    return cursors.write(
        scope,
        0,
        out -> {
          out.writeLong(last.epoch());
          out.writeUTF(last.leadId());
        });
  }

  private static HotPosition readPosition(DataInputStream in) throws IOException {
    return new HotPosition(in.readLong(), in.readUTF());
  }
}
