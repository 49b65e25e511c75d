package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.serving.query.ActivityEngine;
import dev.anabranch.serving.query.ActivityQuery;
import dev.anabranch.serving.query.ActivityRow;
import dev.anabranch.serving.state.Architecture;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Page;
import io.javalin.http.Context;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/views/activity}. */
public final class ActivityRoutes {
  private static final Set<String> NAMES = Requests.and(ActivityParameters.NAMES, "architecture");

  private final LakeState lake;
  private final Cursors cursors;
  private final ActivityEngine engine = new ActivityEngine();
  private final RowTexts texts = new RowTexts();

  public ActivityRoutes(LakeState lake, Cursors cursors) {
    this.lake = lake;
    this.cursors = cursors;
  }

  public void page(Context ctx) {
    Parameters parameters = Requests.parameters(ctx, NAMES);
    Architecture architecture = Requests.architecture(parameters);
    ActivityQuery query = ActivityParameters.read(parameters);
    int limit = Values.limit(parameters);
    Paging<ActivityRow.Position> paging =
        Paging.of(
            lake,
            cursors,
            scope -> {
              scope.writeUTF("activity " + architecture + " " + limit);
              ActivityParameters.write(scope, query);
            },
            parameters.text("cursor"),
            ActivityParameters::readPosition);
    Page<ActivityRow> page =
        engine.page(paging.snapshot().views(architecture), query, paging.after(), limit);
    Optional<String> next = next(paging, page);
    Json.answer(
        ctx,
        200,
        json -> {
          json.writeStartObject();
          json.writeStringField("view", "activity");
          json.writeStringField("architecture", architecture.wireName());
          json.writeArrayFieldStart("rows");
          for (ActivityRow row : page.rows()) {
            json.writeRawValue(texts.of(row));
          }
          json.writeEndArray();
          Provenance.text(json, "next_cursor", next);
          Provenance.write(
              json, "as_of", paging.snapshot().asOf(architecture, query.minutesByBoth()));
          json.writeEndObject();
        });
  }

  private static Optional<String> next(
      Paging<ActivityRow.Position> paging, Page<ActivityRow> page) {
    if (!page.more()) {
      return Optional.empty();
    }
    ActivityRow.Position last = page.rows().get(page.rows().size() - 1).position();
    return Optional.of(paging.next(out -> ActivityParameters.write(out, last)));
  }

  static void writeKey(JsonGenerator json, Instants instants, ActivityRow row) throws IOException {
    json.writeStringField("window_start", instants.text(row.windowStartMicros()));
    json.writeStringField("window_end", instants.text(row.windowEndMicros()));
    if (row.eventType().isPresent()) {
      json.writeStringField("event_type", row.eventType().get());
    }
    if (row.channel().isPresent()) {
      json.writeStringField("channel", row.channel().get());
    }
  }

  static void writeMeasures(JsonGenerator json, long events, BigDecimal revenue, long leads)
      throws IOException {
    json.writeNumberField("events", events);
    json.writeStringField("revenue", revenue.toPlainString());
    json.writeNumberField("leads", leads);
  }
}
