package dev.anabranch.serving.http;

import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.Claim;
import dev.anabranch.lakehouse.lake.Ledger;
import dev.anabranch.lakehouse.lake.RunIds;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.RunState;
import dev.anabranch.serving.state.LakeState;
import io.javalin.http.Context;
import java.io.DataInputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/batch-runs}: what ran, and asking for a run or for its end. */
public final class BatchRunsRoutes {
  private static final String RUN_ID = "run_id";

  private final LakeState lake;
  private final Cursors cursors;
  private final Access access;
  private final Kept<List<BatchRun>> lists = new Kept<>(System::nanoTime);

  public BatchRunsRoutes(LakeState lake, Cursors cursors, Access access) {
    this.lake = lake;
    this.cursors = cursors;
    this.access = access;
  }

  public void page(Context ctx) {
    Parameters parameters = Requests.parameters(ctx, Set.of("limit", "cursor"));
    int limit = Values.limit(parameters);
    Cursors.Part scope = out -> out.writeUTF("batch-runs " + limit);
    Optional<Cursors.Place> place =
        parameters.text("cursor").map(cursor -> cursors.read(scope, cursor));
    Ledger<BatchRun> ledger = lake.runs().ledger();
    ledger.refresh();
    long version = place.map(Cursors.Place::snapshot).orElseGet(ledger::version);
    List<BatchRun> runs =
        place.isPresent() ? lists.find(version).orElseThrow(Cursors::gone) : ledger.runs();
    int from = place.map(p -> Paging.read(p.position(), DataInputStream::readInt)).orElse(0);
    int to = Math.min(runs.size(), from + limit);
    Optional<String> next =
        to < runs.size()
            ? Optional.of(cursors.write(scope, version, out -> out.writeInt(to)))
            : Optional.empty();
    if (next.isPresent()) {
      lists.keep(version, runs);
    }
    Json.answer(
        ctx,
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("batch_runs");
          for (BatchRun run : runs.subList(from, to)) {
            BatchRunJson.write(json, run);
          }
          json.writeEndArray();
          Provenance.text(json, "next_cursor", next);
          json.writeEndObject();
        });
  }

  public void one(Context ctx) {
    Requests.noParameters(ctx);
    String id = runId(ctx);
    Ledger<BatchRun> ledger = lake.runs().ledger();
    ledger.refresh();
    BatchRun run = ledger.find(id).orElseThrow(() -> noRun(id));
    if (run.state() == RunState.SUCCEEDED) {
      lake.awaitAnswersFrom(run);
    }
    answer(ctx, 200, run);
  }

  /** A run of its own, or the one of the id given. */
  public void start(Context ctx) {
    access.requireChange(ctx);
    Requests.noParameters(ctx);
    Map<String, String> body = Bodies.fields(ctx, Set.of(RUN_ID));
    Requests.requirePart(lake.pipelines(), "batch", "the run would never begin");
    Optional<String> id = Optional.ofNullable(body.get(RUN_ID)).map(BatchRunsRoutes::valid);
    // Not within the claim, which keeps others from the ledger. A run that is there already has its
    // boundary; another client's claim meanwhile costs nothing but the wait.
    if (id.flatMap(lake.runs().ledger()::find).isEmpty()) {
      lake.awaitEndOfLog();
    }
    Claim<BatchRun> claim = lake.runs().claim(id, this::boundary);
    if (claim instanceof Claim.Started<BatchRun> started) {
      ctx.header("Location", "/v1/batch-runs/" + started.run().runId());
      answer(ctx, 202, started.run());
    } else if (claim instanceof Claim.AlreadyThere<BatchRun> there) {
      answer(ctx, 200, there.run());
    } else {
      BatchRun other = ((Claim.Busy<BatchRun>) claim).other();
      throw new ProblemException(
          Problem.of(
                  409,
                  "Batch run %s is running, and runs never overlap; wait for its end, or cancel it."
                      .formatted(other.runId()))
              .with(RUN_ID, other.runId()));
    }
  }

  public void cancel(Context ctx) {
    access.requireChange(ctx);
    Requests.noParameters(ctx);
    Bodies.fields(ctx, Set.of());
    String id = runId(ctx);
    Ledger<BatchRun> ledger = lake.runs().ledger();
    ledger.refresh();
    boolean ran = ledger.find(id).filter(run -> run.state() == RunState.RUNNING).isPresent();
    BatchRun run = ledger.cancel(id).orElseThrow(() -> noRun(id));
    if (run.state() != RunState.CANCELLED) {
      throw new ProblemException(
          Problem.of(
                  409,
                  "Batch run %s has %s already and cannot be cancelled."
                      .formatted(id, run.state().wireName()))
              .with("state", run.state().wireName()));
    }
    answer(ctx, ran ? 202 : 200, run);
  }

  private RunLedger.Boundary boundary() {
    return lake.current()
        .boundary()
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.unavailable(
                        "No speed epoch is known yet, so a run has nowhere to begin; wait for the"
                            + " speed layer's first one.")));
  }

  private static String runId(Context ctx) {
    return valid(Requests.segment(ctx, 2, RUN_ID));
  }

  private static String valid(String id) {
    if (!RunIds.isId(id)) {
      throw Values.bad(RUN_ID, id, "1 to 250 of A-Z a-z 0-9 _ . ~ : + -, not . or ..");
    }
    return id;
  }

  private static ProblemException noRun(String id) {
    return ProblemException.of(
        404, "No batch run %s; GET /v1/batch-runs lists them.".formatted(id));
  }

  private static void answer(Context ctx, int status, BatchRun run) {
    Json.answer(ctx, status, json -> BatchRunJson.write(json, run));
  }
}
