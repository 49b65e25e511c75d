package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.lakehouse.lake.MaintenanceRun;
import dev.anabranch.serving.state.LakeState;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** {@code /v1/maintenance}: when the lake was kept small, and asking for that or for its end. */
public final class MaintenanceRoutes {
  private final LakeState lake;
  private final Access access;
  private final RunRoutes<MaintenanceRun> runs;

  public MaintenanceRoutes(LakeState lake, Cursors cursors, Access access) {
    this.lake = lake;
    this.access = access;
    this.runs =
        new RunRoutes<>(
            new RunRoutes.Kind("maintenance", "maintenance", "Maintenance"),
            () -> lake.maintenance().ledger(),
            MaintenanceRoutes::write,
            cursors);
  }

  public void page(Context ctx) {
    runs.page(ctx);
  }

  public void one(Context ctx) {
    Requests.noParameters(ctx);
    runs.answer(ctx, 200, runs.named(ctx));
  }

  /** A run of its own, or the one of the id given. */
  public void start(Context ctx) {
    access.requireChange(ctx);
    Requests.noParameters(ctx);
    Optional<String> id = RunRoutes.wanted(ctx);
    Requests.requirePart(lake.pipelines(), "batch", "the maintenance would never begin");
    runs.answer(ctx, lake.maintenance().claim(id));
  }

  public void cancel(Context ctx) {
    runs.cancel(ctx, access);
  }

  private static void write(JsonGenerator json, MaintenanceRun run) throws IOException {
    json.writeStartObject();
    json.writeStringField("run_id", run.runId());
    json.writeStringField("state", run.state().wireName());
    json.writeStringField("started_at", Instants.text(run.startedAt()));
    Provenance.text(json, "finished_at", run.finishedAt().map(Instants::text));
    figure(json, "expired_epoch_files", run, MaintenanceRun.Figures::expiredEpochFiles);
    figure(json, "merged_quarantine_files", run, MaintenanceRun.Figures::mergedQuarantineFiles);
    figure(json, "vacuumed_tables", run, MaintenanceRun.Figures::vacuumedTables);
    Provenance.text(json, "error", run.error());
    json.writeEndObject();
  }

  private static void figure(
      JsonGenerator json,
      String field,
      MaintenanceRun run,
      ToLongFunction<MaintenanceRun.Figures> figure)
      throws IOException {
    OptionalLong value = run.figures().stream().mapToLong(figure).findFirst();
    Provenance.number(json, field, value);
  }
}
