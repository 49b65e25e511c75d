package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.serving.http.Comparison.Side;
import dev.anabranch.serving.query.ActivityQuery;
import dev.anabranch.serving.query.ActivityRow;
import dev.anabranch.serving.query.Totals;
import dev.anabranch.serving.state.Architecture;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Page;
import dev.anabranch.serving.state.Snapshot;
import io.javalin.http.Context;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** {@code /v1/comparison/activity}. */
public final class ComparisonRoutes {
  private final LakeState lake;
  private final Cursors cursors;

  public ComparisonRoutes(LakeState lake, Cursors cursors) {
    this.lake = lake;
    this.cursors = cursors;
  }

  public void activity(Context ctx) {
    Parameters parameters = Requests.parameters(ctx, ActivityParameters.NAMES);
    ActivityQuery query = ActivityParameters.read(parameters);
    int limit = Values.limit(parameters);
    Paging<ActivityRow.Position> paging =
        Paging.of(
            lake,
            cursors,
            scope -> {
              scope.writeUTF("comparison " + limit);
              ActivityParameters.write(scope, query);
            },
            parameters.text("cursor"),
            ActivityParameters::readPosition);
    Snapshot snapshot = paging.snapshot();
    Comparison comparison = new Comparison(snapshot);
    Page<Comparison.Row> page = comparison.page(query, paging.after(), limit);
    Map<Side, Totals> summary = comparison.summary(query);
    Optional<String> next = next(paging, page);
    Json.answer(
        ctx,
        200,
        json -> {
          json.writeStartObject();
          json.writeStringField("view", "activity");
          json.writeArrayFieldStart("rows");
          Instants instants = new Instants();
          for (Comparison.Row row : page.rows()) {
            write(json, instants, row);
          }
          json.writeEndArray();
          write(json, summary);
          Provenance.text(json, "next_cursor", next);
          json.writeObjectFieldStart("as_of");
          boolean exactRows = query.minutesByBoth();
          Provenance.write(json, "lambda", snapshot.asOf(Architecture.LAMBDA, exactRows));
          Provenance.write(json, "kappa", snapshot.asOf(Architecture.KAPPA, exactRows));
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static Optional<String> next(
      Paging<ActivityRow.Position> paging, Page<Comparison.Row> page) {
    if (!page.more()) {
      return Optional.empty();
    }
    ActivityRow.Position last = page.rows().get(page.rows().size() - 1).any().position();
    return Optional.of(paging.next(out -> ActivityParameters.write(out, last)));
  }

  private static void write(JsonGenerator json, Instants instants, Comparison.Row row)
      throws IOException {
    json.writeStartObject();
    ActivityRoutes.writeKey(json, instants, row.any());
    for (Side side : Side.values()) {
      ActivityRow of = row.sides().get(side);
      if (of == null) {
        json.writeNullField(side.wireName());
      } else {
        json.writeObjectFieldStart(side.wireName());
        ActivityRoutes.writeMeasures(json, of.events(), of.revenue(), of.leads());
        json.writeEndObject();
      }
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Map<Side, Totals> summary) throws IOException {
    Optional<Totals> truth = Optional.ofNullable(summary.get(Side.TRUTH));
    json.writeObjectFieldStart("summary");
    for (Side side : Side.values()) {
      Totals of = summary.get(side);
      if (of == null) {
        json.writeNullField(side.wireName());
        continue;
      }
      json.writeObjectFieldStart(side.wireName());
      ActivityRoutes.writeMeasures(json, of.events(), of.revenue(), of.leads());
      if (side != Side.TRUTH) {
        error(
            json,
            "events_error",
            BigDecimal.valueOf(of.events()),
            truth.map(t -> BigDecimal.valueOf(t.events())));
        error(json, "revenue_error", of.revenue(), truth.map(Totals::revenue));
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void error(
      JsonGenerator json, String field, BigDecimal value, Optional<BigDecimal> truth)
      throws IOException {
    if (truth.isPresent()) {
      json.writeNumberField(field, Comparison.error(value, truth.get()));
    } else {
      json.writeNullField(field);
    }
  }
}
