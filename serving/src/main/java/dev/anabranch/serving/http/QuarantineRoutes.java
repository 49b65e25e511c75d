package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.lake.RefusedRecord;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Page;
import dev.anabranch.serving.state.QuarantineIndex;
import io.javalin.http.Context;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** {@code /v1/quarantine}. */
public final class QuarantineRoutes {
  private static final Set<String> NAMES = Set.of("reason", "limit", "cursor");

  private final LakeState lake;
  private final Cursors cursors;

  public QuarantineRoutes(LakeState lake, Cursors cursors) {
    this.lake = lake;
    this.cursors = cursors;
  }

  public void page(Context ctx) {
    Parameters parameters = Requests.parameters(ctx, NAMES);
    Optional<Reason> reason =
        parameters
            .text("reason")
            .map(name -> Values.oneOf("reason", name, List.of(Reason.values()), Reason::wireName));
    int limit = Values.limit(parameters);
    Paging<QuarantineIndex.Position> paging =
        Paging.of(
            lake,
            cursors,
            scope -> scope.writeUTF("quarantine " + reason + " " + limit),
            parameters.text("cursor"),
            QuarantineRoutes::readPosition);
    QuarantineIndex quarantine = paging.snapshot().quarantine();
    Page<RefusedRecord> page = quarantine.page(reason, paging.after(), limit);
    Optional<String> next =
        page.more()
            ? Optional.of(
                paging.next(
                    out ->
                        writePosition(
                            out,
                            QuarantineIndex.Position.of(page.rows().get(page.rows().size() - 1)))))
            : Optional.empty();
    Json.answer(
        ctx,
        200,
        json -> {
          json.writeStartObject();
          writeCounts(json, quarantine.counts());
          json.writeArrayFieldStart("records");
          Instants instants = new Instants();
          for (RefusedRecord entry : page.rows()) {
            write(json, instants, entry);
          }
          json.writeEndArray();
          Provenance.text(json, "next_cursor", next);
          json.writeEndObject();
        });
  }

  private static void writeCounts(JsonGenerator json, Map<Reason, Long> counts) throws IOException {
    json.writeObjectFieldStart("counts");
    for (Map.Entry<Reason, Long> count : new TreeMap<>(counts).entrySet()) {
      json.writeNumberField(count.getKey().wireName(), count.getValue());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Instants instants, RefusedRecord entry)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("reason", entry.reason().wireName());
    json.writeStringField("detail", entry.detail());
    json.writeStringField("topic", entry.topic());
    json.writeNumberField("partition", entry.partition());
    json.writeNumberField("offset", entry.offset());
    json.writeStringField("kafka_timestamp", instants.text(entry.kafkaTimestamp() * 1000));
    if (entry.value().isPresent()) {
      json.writeBinaryField("value_base64", entry.value().get());
    } else {
      json.writeNullField("value_base64");
    }
    json.writeEndObject();
  }

  private static void writePosition(DataOutputStream out, QuarantineIndex.Position position)
      throws IOException {
    out.writeLong(position.kafkaTimestamp());
    out.writeInt(position.partition());
    out.writeLong(position.offset());
  }

  private static QuarantineIndex.Position readPosition(DataInputStream in) throws IOException {
    return new QuarantineIndex.Position(in.readLong(), in.readInt(), in.readLong());
  }
}
