package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.lakehouse.lake.BatchRun;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** A batch run in answers. */
final class BatchRunJson {
  private BatchRunJson() {}

  static void write(JsonGenerator json, BatchRun run) throws IOException {
    json.writeStartObject();
    json.writeStringField("run_id", run.runId());
    json.writeStringField("state", run.state().wireName());
    Provenance.offsets(json, "boundary", Optional.of(run.boundary()));
    json.writeStringField("started_at", text(run.startedAt()));
    Provenance.text(json, "finished_at", run.finishedAt().map(BatchRunJson::text));
    figure(json, "records", run, BatchRun.Figures::records);
    figure(json, "events", run, BatchRun.Figures::events);
    figure(json, "duplicates", run, BatchRun.Figures::duplicates);
    figure(json, "quarantined", run, BatchRun.Figures::quarantined);
    figure(json, "ingested_records", run, BatchRun.Figures::ingested);
    Provenance.text(json, "error", run.error());
    json.writeEndObject();
  }

  private static String text(Instant instant) {
    return new Instants().text(ChronoUnit.MICROS.between(Instant.EPOCH, instant));
  }

  private static void figure(
      JsonGenerator json, String field, BatchRun run, ToLongFunction<BatchRun.Figures> figure)
      throws IOException {
    OptionalLong value =
        run.figures().isPresent()
            ? OptionalLong.of(figure.applyAsLong(run.figures().get()))
            : OptionalLong.empty();
    Provenance.number(json, field, value);
  }
}
