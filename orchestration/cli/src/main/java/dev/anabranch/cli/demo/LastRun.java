package dev.anabranch.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.Patience;
import dev.anabranch.cli.failure.CommandFailure;
import java.util.Set;

/** The batch run that ends a demo. */
final class LastRun {

  private static final int CONFLICT = 409;

  private LastRun() {}

  /**
   * Asks for a run, after one that is on already, and waits for its end.
   *
   * @param guard called while waiting; throws when waiting is in vain
   * @return the run, which has succeeded
   */
  static JsonNode succeed(Api api, String runId, Runnable guard) throws InterruptedException {
    String body = "{\"run_id\":\"%s\"}".formatted(runId);
    while (true) {
      Api.Answer answer = api.post("/v1/batch-runs", body, Set.of(CONFLICT));
      if (answer.status() != CONFLICT) {
        break;
      }
      end(api, answer.body().path("run_id").asText(), guard);
    }
    JsonNode run = end(api, runId, guard);
    if (!run.path("state").asText().equals("succeeded")) {
      throw CommandFailure.failed(
          "The last batch run, %s, %s: %s"
              .formatted(runId, run.path("state").asText(), run.path("error").asText()));
    }
    return run;
  }

  private static JsonNode end(Api api, String runId, Runnable guard) throws InterruptedException {
    return Patience.DEFAULT.until(
        api,
        "/v1/batch-runs/" + Api.encoded(runId),
        run -> !run.path("state").asText().equals("running"),
        run -> guard.run());
  }
}
