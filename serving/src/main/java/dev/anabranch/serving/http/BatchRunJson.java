package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.serving.airflow.AirflowRuns;
import java.io.IOException;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** A batch run in answers. */
final class BatchRunJson {
  private BatchRunJson() {}

  /** Alone or in a list, where Airflow is not asked. */
  static void write(JsonGenerator json, BatchRun run) throws IOException {
    json.writeStartObject();
    fields(json, run);
    json.writeEndObject();
  }

  /** With what Airflow says of it: null where it says nothing. */
  static void write(JsonGenerator json, BatchRun run, Optional<AirflowRuns.Seen> airflow)
      throws IOException {
    json.writeStartObject();
    fields(json, run);
    if (airflow.isPresent()) {
      json.writeObjectFieldStart("airflow");
      json.writeStringField("dag_id", airflow.get().dagId());
      json.writeStringField("state", airflow.get().state());
      json.writeNumberField("try_number", airflow.get().tryNumber());
      json.writeEndObject();
    } else {
      json.writeNullField("airflow");
    }
    json.writeEndObject();
  }

  private static void fields(JsonGenerator json, BatchRun run) throws IOException {
    json.writeStringField("run_id", run.runId());
    json.writeStringField("state", run.state().wireName());
    Provenance.offsets(json, "boundary", Optional.of(run.boundary()));
    json.writeStringField("started_at", Instants.text(run.startedAt()));
    Provenance.text(json, "finished_at", run.finishedAt().map(Instants::text));
    figure(json, "records", run, BatchRun.Figures::records);
    figure(json, "events", run, BatchRun.Figures::events);
    figure(json, "duplicates", run, BatchRun.Figures::duplicates);
    figure(json, "quarantined", run, BatchRun.Figures::quarantined);
    figure(json, "ingested_records", run, BatchRun.Figures::ingested);
    Provenance.text(json, "error", run.error());
  }

  private static void figure(
      JsonGenerator json, String field, BatchRun run, ToLongFunction<BatchRun.Figures> figure)
      throws IOException {
    Provenance.number(json, field, run.figures().stream().mapToLong(figure).findFirst());
  }
}
