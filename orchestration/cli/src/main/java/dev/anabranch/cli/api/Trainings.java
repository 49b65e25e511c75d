package dev.anabranch.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.cli.failure.CommandFailure;
import java.util.function.Consumer;

/** Trainings, asked for and waited for. */
public final class Trainings {

  private static final String PATH = "/v1/trainings";

  private Trainings() {}

  /**
   * Asks for a training.
   *
   * @param runId empty lets the platform choose
   * @return its id
   * @throws CommandFailure another training is on, or the platform does not answer
   */
  public static String ask(Api api, String runId) throws InterruptedException {
    String body =
        runId.isEmpty()
            ? ""
            : new ObjectMapper().createObjectNode().put("run_id", runId).toString();
    return api.post(PATH, body).body().path("run_id").asText();
  }

  /**
   * Waits for the end of a training, whatever that is.
   *
   * @param meanwhile sees the training each time that it still runs; throws when waiting is in vain
   */
  public static JsonNode end(Api api, String runId, Consumer<JsonNode> meanwhile)
      throws InterruptedException {
    return Patience.DEFAULT.until(
        api,
        PATH + "/" + Api.encoded(runId),
        training -> !training.path("state").asText().equals("running"),
        meanwhile);
  }
}
