package dev.anabranch.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.cli.failure.CommandFailure;
import java.util.Set;
import java.util.function.Consumer;

/** Batch runs, asked for and waited for. */
public final class BatchRuns {

  private static final int CONFLICT = 409;

  private BatchRuns() {}

  /**
   * Asks for a run.
   *
   * @param runId empty lets the platform choose
   * @return its id
   * @throws CommandFailure another run is on, or the platform does not answer
   */
  public static String ask(Api api, String runId) throws InterruptedException {
    return api.post("/v1/batch-runs", body(runId)).body().path("run_id").asText();
  }

  /**
   * Waits for the end of a run, whatever that is.
   *
   * @param meanwhile sees the run each time that it still runs; throws when waiting is in vain
   */
  public static JsonNode end(Api api, String runId, Consumer<JsonNode> meanwhile)
      throws InterruptedException {
    return Patience.DEFAULT.until(
        api,
        "/v1/batch-runs/" + Api.encoded(runId),
        run -> !run.path("state").asText().equals("running"),
        meanwhile);
  }

  /**
   * Asks for a run, after one that is on already, and waits for its end.
   *
   * @param guard called while waiting; throws when waiting is in vain
   * @return the run, which has succeeded
   */
  public static JsonNode succeed(Api api, String runId, Runnable guard)
      throws InterruptedException {
    while (true) {
      Api.Answer answer = api.post("/v1/batch-runs", body(runId), Set.of(CONFLICT));
      if (answer.status() != CONFLICT) {
        break;
      }
      end(api, answer.body().path("run_id").asText(), run -> guard.run());
    }
    JsonNode run = end(api, runId, meanwhile -> guard.run());
    if (!run.path("state").asText().equals("succeeded")) {
      throw CommandFailure.failed(
          "Batch run %s %s: %s"
              .formatted(runId, run.path("state").asText(), run.path("error").asText()));
    }
    return run;
  }

  private static String body(String runId) {
    return runId.isEmpty()
        ? ""
        : new ObjectMapper().createObjectNode().put("run_id", runId).toString();
  }
}
