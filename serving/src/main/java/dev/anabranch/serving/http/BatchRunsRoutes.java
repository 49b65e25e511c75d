package dev.anabranch.serving.http;

import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.Ledger;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.RunState;
import dev.anabranch.serving.airflow.AirflowRuns;
import dev.anabranch.serving.state.LakeState;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /v1/batch-runs}: what ran, and asking for a run or for its end. Where the platform has an
 * Airflow, a run is asked of it, and its task comes back here with {@code direct=true}.
 */
public final class BatchRunsRoutes {
  private static final String DIRECT = "direct";

  private final LakeState lake;
  private final Access access;
  private final Optional<AirflowRuns> airflow;
  private final RunRoutes<BatchRun> runs;

  public BatchRunsRoutes(
      LakeState lake, Cursors cursors, Access access, Optional<AirflowRuns> airflow) {
    this.lake = lake;
    this.access = access;
    this.airflow = airflow;
    this.runs =
        new RunRoutes<>(
            new RunRoutes.Kind("batch-runs", "batch_runs", "Batch run"),
            () -> lake.runs().ledger(),
            BatchRunJson::write,
            cursors);
  }

  public void page(Context ctx) {
    runs.page(ctx);
  }

  /** With what Airflow says of it, where there is one. */
  public void one(Context ctx) {
    Requests.noParameters(ctx);
    BatchRun run = runs.named(ctx);
    if (run.state() == RunState.SUCCEEDED) {
      lake.awaitAnswersFrom(run);
    }
    if (airflow.isEmpty()) {
      runs.answer(ctx, 200, run);
      return;
    }
    Optional<AirflowRuns.Seen> seen = airflow.get().look(run.runId());
    Json.answer(ctx, 200, json -> BatchRunJson.write(json, run, seen));
  }

  /** A run of its own, or the one of the id given. */
  public void start(Context ctx) {
    access.requireChange(ctx);
    Parameters parameters = Requests.parameters(ctx, Set.of(DIRECT));
    boolean direct =
        parameters
            .text(DIRECT)
            .map(text -> Values.oneOf(DIRECT, text, List.of("true", "false"), t -> t))
            .map(Boolean::valueOf)
            .orElse(airflow.isEmpty());
    Optional<String> id = RunRoutes.wanted(ctx);
    Requests.requirePart(lake.pipelines(), "batch", "the run would never begin");
    if (direct || airflow.isEmpty()) {
      claim(ctx, id);
    } else {
      askAirflow(ctx, airflow.get(), id);
    }
  }

  private void claim(Context ctx, Optional<String> id) {
    // Not within the claim, which keeps others from the ledger. A run that is there already has its
    // boundary; another client's claim meanwhile costs nothing but the wait.
    if (id.flatMap(lake.runs().ledger()::find).isEmpty()) {
      lake.awaitEndOfLog();
    }
    runs.answer(ctx, lake.runs().claim(id, this::boundary));
  }

  /** What cannot begin is not asked for, so that nothing of it waits in Airflow. */
  private void askAirflow(Context ctx, AirflowRuns scheduler, Optional<String> wanted) {
    Ledger<BatchRun> ledger = lake.runs().ledger();
    ledger.refresh();
    Optional<BatchRun> known = wanted.flatMap(ledger::find);
    if (known.isPresent()
        && (known.get().state() == RunState.RUNNING || known.get().state() == RunState.SUCCEEDED)) {
      runs.answer(ctx, 200, known.get());
      return;
    }
    ledger
        .running()
        .ifPresent(
            other -> {
              throw runs.busy(other);
            });
    boundary();
    runs.answer(ctx, scheduler.begin(ledger, wanted.orElseGet(ledger::freshId), known));
  }

  public void cancel(Context ctx) {
    runs.cancel(ctx, access);
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
}
