package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.lakehouse.lake.TrainingRun;
import dev.anabranch.serving.state.LakeState;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code /v1/trainings}: when models were trained, and asking for that or for its end. */
public final class TrainingsRoutes {
  private final LakeState lake;
  private final Access access;
  private final RunRoutes<TrainingRun> runs;

  public TrainingsRoutes(LakeState lake, Cursors cursors, Access access) {
    this.lake = lake;
    this.access = access;
    this.runs =
        new RunRoutes<>(
            new RunRoutes.Kind("trainings", "trainings", "Training"),
            () -> lake.trainings().ledger(),
            TrainingsRoutes::write,
            cursors);
  }

  public void page(Context ctx) {
    runs.page(ctx);
  }

  public void one(Context ctx) {
    Requests.noParameters(ctx);
    runs.answer(ctx, 200, runs.named(ctx));
  }

  /** A training of its own, or the one of the id given. */
  public void start(Context ctx) {
    access.requireChange(ctx);
    Requests.noParameters(ctx);
    Optional<String> id = RunRoutes.wanted(ctx);
    Requests.requirePart(lake.pipelines(), "batch", "the training would never begin");
    runs.answer(ctx, lake.trainings().claim(id));
  }

  public void cancel(Context ctx) {
    runs.cancel(ctx, access);
  }

  private static void write(JsonGenerator json, TrainingRun run) throws IOException {
    json.writeStartObject();
    json.writeStringField("run_id", run.runId());
    json.writeStringField("state", run.state().wireName());
    json.writeStringField("started_at", Instants.text(run.startedAt()));
    Provenance.text(json, "finished_at", run.finishedAt().map(Instants::text));
    Provenance.number(
        json, "version", run.version().map(OptionalLong::of).orElseGet(OptionalLong::empty));
    Provenance.text(json, "outcome", run.outcome());
    json.writeEndObject();
  }
}
