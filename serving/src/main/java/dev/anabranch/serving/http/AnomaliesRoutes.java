package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.lakehouse.anomaly.Anomaly;
import dev.anabranch.serving.state.Anomalies;
import dev.anabranch.serving.state.AnomalyPosition;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Page;
import io.javalin.http.Context;
import java.io.DataInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/views/anomalies}. */
public final class AnomaliesRoutes {
  private static final Set<String> NAMES = Set.of("from", "to", "kind", "limit", "cursor");

  private final Anomalies anomalies;
  private final Cursors cursors;

  public AnomaliesRoutes(LakeState lake, Cursors cursors) {
    this.anomalies = lake.anomalies();
    this.cursors = cursors;
  }

  /** Minutes and leads that left what is usual, newest first. */
  public void page(Context ctx) {
    Parameters parameters = Requests.parameters(ctx, NAMES);
    Optional<Long> from = parameters.text("from").map(text -> Values.minute("from", text));
    Optional<Long> to = parameters.text("to").map(text -> Values.minute("to", text));
    if (from.isPresent() && to.isPresent() && from.get() >= to.get()) {
      throw Values.bad("from", parameters.text("from").orElseThrow(), "before the parameter to");
    }
    Optional<Anomaly.Kind> kind =
        parameters
            .text("kind")
            .map(name -> Values.oneOf("kind", name, Anomaly.Kind.ALL, Anomaly.Kind::wireName));
    int limit = Values.limit(parameters);
    Cursors.Part scope =
        out -> out.writeUTF("anomalies " + from + " " + to + " " + kind + " " + limit);
    // No snapshot is kept: what comes meanwhile comes before all that a cursor has left.
    Optional<AnomalyPosition> after =
        parameters
            .text("cursor")
            .map(cursor -> cursors.read(scope, cursor).position())
            .map(position -> Paging.read(position, AnomaliesRoutes::readPosition));
    Page<Anomaly> page =
        anomalies.page(
            after,
            anomaly ->
                from.map(first -> anomaly.minute() >= first).orElse(true)
                    && to.map(end -> anomaly.minute() < end).orElse(true)
                    && kind.map(wanted -> anomaly.kind() == wanted).orElse(true),
            limit);
    Optional<String> next =
        page.more()
            ? Optional.of(next(scope, page.rows().get(page.rows().size() - 1)))
            : Optional.empty();
    Json.answer(
        ctx,
        200,
        json -> {
          json.writeStartObject();
          json.writeStringField("view", "anomalies");
          writeState(json);
          json.writeArrayFieldStart("rows");
          Instants instants = new Instants();
          for (Anomaly anomaly : page.rows()) {
            write(json, instants, anomaly);
          }
          json.writeEndArray();
          Provenance.text(json, "next_cursor", next);
          json.writeEndObject();
        });
  }

  private void writeState(JsonGenerator json) throws IOException {
    json.writeStringField("state", anomalies.state().wireName());
    Optional<Anomalies.Learnt> learnt = anomalies.learnt();
    if (learnt.isPresent()) {
      json.writeObjectFieldStart("baseline");
      json.writeStringField("batch_run", learnt.get().batchRun());
      json.writeStringField("learnt_at", Instants.text(learnt.get().at()));
      json.writeEndObject();
    } else {
      json.writeNullField("baseline");
    }
    Provenance.text(json, "judged_until", anomalies.judgedUntil().map(Instants::text));
  }

  private static void write(JsonGenerator json, Instants instants, Anomaly anomaly)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("minute", instants.text(anomaly.minute()));
    json.writeStringField("kind", anomaly.kind().wireName());
    json.writeNumberField("minutes", anomaly.minutes());
    Provenance.text(json, "event_type", anomaly.eventType());
    Provenance.text(json, "channel", anomaly.channel());
    Provenance.text(json, "lead_id", anomaly.leadId());
    write(json, "observed", anomaly, anomaly.observed());
    json.writeObjectFieldStart("expected");
    write(json, "lower", anomaly, anomaly.lower());
    write(json, "upper", anomaly, anomaly.upper());
    json.writeEndObject();
    json.writeStringField("pool", anomaly.pool());
    json.writeStringField("batch_run", anomaly.batchRun());
    json.writeStringField("reason", anomaly.reason());
    json.writeEndObject();
  }

  /** Money is a decimal string, events are a number. */
  private static void write(JsonGenerator json, String field, Anomaly anomaly, BigDecimal value)
      throws IOException {
    if (anomaly.kind() == Anomaly.Kind.LEAD_REVENUE) {
      json.writeStringField(field, value.setScale(2).toPlainString());
    } else {
      json.writeNumberField(field, value.longValueExact());
    }
  }

  private String next(Cursors.Part scope, Anomaly last) {
    AnomalyPosition position = AnomalyPosition.of(last);
    return cursors.write(
        scope,
        0,
        out -> {
          out.writeLong(position.minute());
          out.writeUTF(position.what());
        });
  }

  private static AnomalyPosition readPosition(DataInputStream in) throws IOException {
    return new AnomalyPosition(in.readLong(), in.readUTF());
  }
}
