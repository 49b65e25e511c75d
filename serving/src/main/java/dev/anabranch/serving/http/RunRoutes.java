package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.anabranch.lakehouse.lake.Claim;
import dev.anabranch.lakehouse.lake.Ledger;
import dev.anabranch.lakehouse.lake.Run;
import dev.anabranch.lakehouse.lake.RunIds;
import dev.anabranch.lakehouse.lake.RunState;
import io.javalin.http.Context;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What routes over a ledger of runs share: its list, one run, the end of one, and what is answered
 * to who asks for one.
 *
 * @param <R> the kind of run
 */
final class RunRoutes<R extends Run<R>> {
  private static final String RUN_ID = "run_id";

  private final Kind kind;
  private final Supplier<Ledger<R>> ledger;
  private final Writer<R> writer;
  private final Cursors cursors;
  private final Kept<List<R>> lists = new Kept<>(System::nanoTime);

  /**
   * How a kind of run is spoken of.
   *
   * @param collection below {@code /v1/}
   * @param field of the list
   * @param name as in "Batch run X is not known"
   */
  record Kind(String collection, String field, String name) {}

  /** Writes a run as JSON. */
  @FunctionalInterface
  interface Writer<R> {
    void write(JsonGenerator json, R run) throws IOException;
  }

  RunRoutes(Kind kind, Supplier<Ledger<R>> ledger, Writer<R> writer, Cursors cursors) {
    this.kind = kind;
    this.ledger = ledger;
    this.writer = writer;
    this.cursors = cursors;
  }

  /** Newest first. */
  void page(Context ctx) {
    Parameters parameters = Requests.parameters(ctx, Set.of("limit", "cursor"));
    int limit = Values.limit(parameters);
    Cursors.Part scope = out -> out.writeUTF(kind.collection() + " " + limit);
    Optional<Cursors.Place> place =
        parameters.text("cursor").map(cursor -> cursors.read(scope, cursor));
    Ledger<R> now = looked();
    long version = place.map(Cursors.Place::snapshot).orElseGet(now::version);
    List<R> runs = place.isPresent() ? lists.find(version).orElseThrow(Cursors::gone) : now.runs();
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
          json.writeArrayFieldStart(kind.field());
          for (R run : runs.subList(from, to)) {
            writer.write(json, run);
          }
          json.writeEndArray();
          Provenance.text(json, "next_cursor", next);
          json.writeEndObject();
        });
  }

  /** The run that the path names. */
  R named(Context ctx) {
    String id = runId(ctx);
    return looked().find(id).orElseThrow(() -> noRun(id));
  }

  /** The id in the body of who asks for a run; empty: the platform makes one. */
  static Optional<String> wanted(Context ctx) {
    Map<String, String> body = Bodies.fields(ctx, Set.of(RUN_ID));
    return Optional.ofNullable(body.get(RUN_ID)).map(RunRoutes::valid);
  }

  /** What came of asking for a run. */
  void answer(Context ctx, Claim<R> claim) {
    if (claim instanceof Claim.Started<R> started) {
      ctx.header("Location", "/v1/" + kind.collection() + "/" + started.run().runId());
      answer(ctx, 202, started.run());
    } else if (claim instanceof Claim.AlreadyThere<R> there) {
      answer(ctx, 200, there.run());
    } else {
      throw busy(((Claim.Busy<R>) claim).other());
    }
  }

  ProblemException busy(R other) {
    return new ProblemException(
        Problem.of(
                409,
                "%s %s is running, and runs never overlap; wait for its end, or cancel it."
                    .formatted(kind.name(), other.runId()))
            .with(RUN_ID, other.runId()));
  }

  void cancel(Context ctx, Access access) {
    access.requireChange(ctx);
    Requests.noParameters(ctx);
    Bodies.fields(ctx, Set.of());
    String id = runId(ctx);
    Ledger<R> now = looked();
    boolean ran = now.find(id).filter(run -> run.state() == RunState.RUNNING).isPresent();
    R run = now.cancel(id).orElseThrow(() -> noRun(id));
    if (run.state() != RunState.CANCELLED) {
      throw new ProblemException(
          Problem.of(
                  409,
                  "%s %s has %s already and cannot be cancelled."
                      .formatted(kind.name(), id, run.state().wireName()))
              .with("state", run.state().wireName()));
    }
    answer(ctx, ran ? 202 : 200, run);
  }

  void answer(Context ctx, int status, R run) {
    Json.answer(ctx, status, json -> writer.write(json, run));
  }

  private Ledger<R> looked() {
    Ledger<R> now = ledger.get();
    now.refresh();
    return now;
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

  private ProblemException noRun(String id) {
    return ProblemException.of(
        404,
        "%s %s is not known; GET /v1/%s lists all.".formatted(kind.name(), id, kind.collection()));
  }
}
