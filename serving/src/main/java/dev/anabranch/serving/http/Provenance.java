package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.serving.state.AsOf;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes fields that several answers share. */
final class Provenance {
  private Provenance() {}

  /** The field {@code as_of}, or another of that kind. */
  static void write(JsonGenerator json, String field, AsOf asOf) throws IOException {
    json.writeObjectFieldStart(field);
    text(json, "batch_run", asOf.batchRun());
    offsets(json, "boundary", asOf.boundary());
    number(json, "speed_epoch", asOf.speedEpoch());
    number(json, "kappa_generation", asOf.kappaGeneration());
    number(json, "kappa_epoch", asOf.kappaEpoch());
    offsets(json, "until_offsets", Optional.of(asOf.untilOffsets()));
    number(json, "freshness_millis", asOf.freshnessMillis());
    json.writeObjectFieldStart("exact");
    json.writeBooleanField("events", asOf.exact().events());
    json.writeBooleanField("revenue", asOf.exact().revenue());
    json.writeBooleanField("leads", asOf.exact().leads());
    json.writeEndObject();
    json.writeEndObject();
  }

  static void text(JsonGenerator json, String field, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      json.writeStringField(field, value.get());
    } else {
      json.writeNullField(field);
    }
  }

  static void number(JsonGenerator json, String field, OptionalLong value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(field, value.getAsLong());
    } else {
      json.writeNullField(field);
    }
  }

  /** An object with a field a partition, or null. */
  static void offsets(JsonGenerator json, String field, Optional<Offsets> value)
      throws IOException {
    if (value.isEmpty()) {
      json.writeNullField(field);
      return;
    }
    json.writeObjectFieldStart(field);
    for (Map.Entry<Integer, Long> offset : value.get().byPartition().entrySet()) {
      json.writeNumberField(Integer.toString(offset.getKey()), offset.getValue());
    }
    json.writeEndObject();
  }
}
