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

  /**
   * Asks for a training and waits for its end.
   *
   * @param guard called while waiting; throws when waiting is in vain
   * @return the training, which has succeeded
   */
  public static JsonNode succeed(Api api, String runId, Runnable guard)
      throws InterruptedException {
    JsonNode training = end(api, ask(api, runId), meanwhile -> guard.run());
    if (!training.path("state").asText().equals("succeeded")) {
      throw CommandFailure.failed(
          "Training %s %s: %s"
              .formatted(
                  training.path("run_id").asText(),
                  training.path("state").asText(),
                  training.path("outcome").asText()));
    }
    return training;
  }

  /**
   * As {@link #succeed}.
   *
   * @return the model, which is the champion
   */
  public static JsonNode champion(Api api, String runId, Runnable guard)
      throws InterruptedException {
    JsonNode training = succeed(api, runId, guard);
    JsonNode model = api.get("/v1/models/" + training.path("version").asLong());
    if (!model.path("champion").asBoolean()) {
      throw CommandFailure.failed(
          "No model was promoted, so nothing is scored: " + training.path("outcome").asText());
    }
    return model;
  }
}
