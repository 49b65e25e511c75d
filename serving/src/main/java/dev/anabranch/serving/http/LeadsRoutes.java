package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.serving.query.LeadOrder;
import dev.anabranch.serving.query.LeadRow;
import dev.anabranch.serving.query.LeadsEngine;
import dev.anabranch.serving.state.Architecture;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Page;
import dev.anabranch.serving.state.Snapshot;
import io.javalin.http.Context;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/views/leads} and one lead of it. */
public final class LeadsRoutes {
  private static final Set<String> NAMES = Set.of("architecture", "order", "limit", "cursor");

  private final LakeState lake;
  private final Cursors cursors;
  private final LeadsEngine engine = new LeadsEngine();

  public LeadsRoutes(LakeState lake, Cursors cursors) {
    this.lake = lake;
    this.cursors = cursors;
  }

  public void page(Context ctx) {
    Parameters parameters = Requests.parameters(ctx, NAMES);
    Architecture architecture = Requests.architecture(parameters);
    LeadOrder order = order(parameters);
    int limit = Values.limit(parameters);
    Paging<LeadRow> paging =
        Paging.of(
            lake,
            cursors,
            scope -> scope.writeUTF("leads " + architecture + " " + order + " " + limit),
            parameters.text("cursor"),
            LeadsRoutes::readPosition);
    Page<LeadRow> page =
        engine.page(paging.snapshot().views(architecture), order, paging.after(), limit);
    Optional<String> next =
        page.more()
            ? Optional.of(
                paging.next(out -> writePosition(out, page.rows().get(page.rows().size() - 1))))
            : Optional.empty();
    Json.answer(
        ctx,
        200,
        json -> {
          begin(json, architecture);
          json.writeArrayFieldStart("rows");
          Instants instants = new Instants();
          for (LeadRow row : page.rows()) {
            json.writeStartObject();
            write(json, instants, row);
            json.writeEndObject();
          }
          json.writeEndArray();
          Provenance.text(json, "next_cursor", next);
          Provenance.write(json, "as_of", paging.snapshot().asOf(architecture, true));
          json.writeEndObject();
        });
  }

  public void one(Context ctx) {
    Parameters parameters = Requests.parameters(ctx, Set.of("architecture"));
    Architecture architecture = Requests.architecture(parameters);
    String leadId = Requests.leadId(ctx);
    Snapshot snapshot = lake.current();
    LeadRow row =
        engine
            .one(snapshot.views(architecture), leadId)
            .orElseThrow(
                () ->
                    ProblemException.of(
                        404,
                        "No lead %s in the view leads of %s."
                            .formatted(Shown.quoted(leadId), architecture.wireName())));
    Json.answer(
        ctx,
        200,
        json -> {
          begin(json, architecture);
          json.writeObjectFieldStart("row");
          write(json, new Instants(), row);
          json.writeEndObject();
          Provenance.write(json, "as_of", snapshot.asOf(architecture, true));
          json.writeEndObject();
        });
  }

  private static LeadOrder order(Parameters parameters) {
    return parameters
        .text("order")
        .map(name -> Values.oneOf("order", name, List.of(LeadOrder.values()), LeadOrder::wireName))
        .orElse(LeadOrder.MOST_REVENUE);
  }

  private static void begin(JsonGenerator json, Architecture architecture) throws IOException {
    json.writeStartObject();
    json.writeStringField("view", "leads");
    json.writeStringField("architecture", architecture.wireName());
  }

  private static void write(JsonGenerator json, Instants instants, LeadRow row) throws IOException {
    json.writeStringField("lead_id", row.leadId());
    json.writeNumberField("events", row.events());
    json.writeObjectFieldStart("by_type");
    for (Map.Entry<String, Long> type : row.byType().entrySet()) {
      json.writeNumberField(type.getKey(), type.getValue());
    }
    json.writeEndObject();
    json.writeStringField("revenue", row.revenue().toPlainString());
    json.writeStringField("first_seen", instants.text(row.firstSeenMicros()));
    json.writeStringField("last_seen", instants.text(row.lastSeenMicros()));
  }

  private static void writePosition(DataOutputStream out, LeadRow row) throws IOException {
    out.writeUTF(row.leadId());
    out.writeLong(row.events());
    out.writeUTF(row.revenue().toPlainString());
    out.writeLong(row.lastSeenMicros());
  }

  private static LeadRow readPosition(DataInputStream in) throws IOException {
    String leadId = in.readUTF();
    long events = in.readLong();
    BigDecimal revenue = new BigDecimal(in.readUTF());
    return new LeadRow(leadId, events, Map.of(), revenue, 0, in.readLong());
  }
}
