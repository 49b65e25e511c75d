package dev.anabranch.airflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.anabranch.airflow.AirflowException.Category;
import dev.anabranch.airflow.model.Dag;
import dev.anabranch.airflow.model.DagRun;
import dev.anabranch.airflow.model.ImportError;
import dev.anabranch.airflow.model.LogLine;
import dev.anabranch.airflow.model.RunFilter;
import dev.anabranch.airflow.model.RunKey;
import dev.anabranch.airflow.model.RunState;
import dev.anabranch.airflow.model.TaskInstance;
import dev.anabranch.airflow.model.TaskKey;
import dev.anabranch.airflow.model.TaskState;
import dev.anabranch.airflow.model.Trigger;
import dev.anabranch.airflow.server.AirflowExtension;
import dev.anabranch.airflow.server.AirflowServer;
import dev.anabranch.airflow.server.NeedsAirflow;
import dev.anabranch.airflow.server.Venv;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The client against a real Airflow. */
@ExtendWith({NeedsAirflow.class, AirflowExtension.class})
class RealAirflowTest {

  private final AirflowServer airflow;
  private final AirflowClient client;

  RealAirflowTest(AirflowServer airflow) {
    this.airflow = airflow;
    this.client = airflow.client(AirflowServer.USER);
  }

  @BeforeEach
  void dagsAreThere() {
    for (String dag : List.of("fails_first", "mapped")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreException(AirflowException.class)
          .until(() -> client.dag(dag), found -> !found.isStale());
    }
  }

  @Test
  void saysWhatItIsAndHowItIsWithoutAUser() throws Exception {
    AirflowClient stranger = airflow.client(new Credentials("nobody", "nothing"));
    assertThat(stranger.version()).isEqualTo(Venv.version());
    assertThat(stranger.health().runsTasks()).isTrue();
    assertThat(stranger.health().triggerer().orElseThrow().isHealthy()).isFalse();
  }

  @Test
  void aWrongPasswordIsRefusedAndNotShown() {
    AirflowClient stranger = airflow.client(new Credentials("anabranch", "swordfish"));
    AirflowException e = Samples.failure(Category.UNAUTHORIZED, () -> stranger.dag("mapped"));
    assertThat(e).hasMessage("POST /auth/token: 401 Invalid credentials");
    assertThat(e.path()).isEqualTo("/auth/token");
  }

  @Test
  void oneWhoMayOnlyLookIsForbiddenToChange() throws Exception {
    AirflowClient viewer = airflow.client(AirflowServer.VIEWER);
    assertThat(viewer.dag("mapped").dagId()).isEqualTo("mapped");
    Samples.failure(Category.FORBIDDEN, () -> viewer.trigger(Trigger.of("mapped", "not-mine")));
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThat(Samples.failure(Category.NOT_FOUND, () -> client.dag("no such dag+at all")))
        .hasMessageContaining("no such dag+at all");
    RunKey run = new RunKey("mapped", "no+such:run");
    assertThat(Samples.failure(Category.NOT_FOUND, () -> client.run(run)))
        .hasMessageContaining("no+such:run");
    Samples.failure(Category.NOT_FOUND, () -> client.tasks(run));
    Samples.failure(Category.NOT_FOUND, () -> client.log(run.task("square"), 1));
    Samples.failure(Category.NOT_FOUND, () -> client.trigger(Trigger.of("none", "run")));
    Samples.failure(Category.NOT_FOUND, () -> client.markFailed(run));
    Samples.failure(Category.NOT_FOUND, () -> client.retryFailed(run));
  }

  @Test
  void anIdThatAirflowDoesNotTakeIsRefusedWithItsWords() {
    assertThat(Samples.failure(Category.INVALID, () -> client.trigger(Trigger.of("mapped", "a b"))))
        .hasMessageContaining("The run_id provided 'a b' does not match");
    String scheduled = "scheduled__2026-11-22T10:00:00+00:00";
    assertThat(
            Samples.failure(
                Category.INVALID, () -> client.trigger(Trigger.of("mapped", scheduled))))
        .hasMessageContaining("reserved for scheduled runs");
  }

  @Test
  void aPausedDagKeepsItsRunQueuedUntilItIsUnpausedAndMappedTasksAreAllThere() throws Exception {
    assertThat(client.pause("mapped")).isEqualTo(new Dag("mapped", true, false, false));
    RunKey run = new RunKey("mapped", "of-2026-11-22T10:00:00+00:00~a.b_c");
    Trigger.Outcome first = client.trigger(new Trigger(run, Map.of(), Optional.of("by a test")));
    assertThat(first.isNew()).isTrue();
    assertThat(first.run().state()).isEqualTo(RunState.QUEUED);
    assertThat(first.run().note()).contains("by a test");
    assertThat(first.run().startDate()).isEmpty();
    Trigger.Outcome second = client.trigger(new Trigger(run, Map.of("other", 1), Optional.empty()));
    assertThat(second.isNew()).isFalse();
    assertThat(second.run().note()).contains("by a test");

    assertThat(client.unpause("mapped").isPaused()).isFalse();
    assertThat(end(run).state()).isEqualTo(RunState.SUCCESS);
    assertThat(client.tasks(run))
        .extracting(TaskInstance::mapIndex)
        .containsExactlyInAnyOrder(0, 1, 2);
    assertThat(client.tasks(run)).extracting(TaskInstance::state).containsOnly(TaskState.SUCCESS);
    TaskKey third = new TaskKey(run, "square", 2);
    assertThat(client.xcom(third, "return_value").intValue()).isEqualTo(9);
    assertThat(client.log(third, 1))
        .extracting(LogLine::event)
        .anyMatch(line -> line.contains("the number is 3"));
  }

  @Test
  void aFailedTaskIsSeenReadAndRetriedInTheSameRun() throws Exception {
    client.unpause("fails_first");
    RunKey run = new RunKey("fails_first", "fails-then-not");
    client.trigger(new Trigger(run, Map.of("depth", Map.of("a", 1)), Optional.empty()));
    assertThat(end(run).state()).isEqualTo(RunState.FAILED);
    assertThat(task(run, "before").state()).isEqualTo(TaskState.SUCCESS);
    assertThat(task(run, "flaky").state()).isEqualTo(TaskState.FAILED);
    assertThat(client.log(run.task("flaky"), 1))
        .anySatisfy(
            line -> {
              assertThat(line.level()).contains("error");
              assertThat(line.errors()).containsExactly("ValueError: the first try fails: café");
              assertThat(line.timestamp()).isPresent();
            });
    assertThat(client.runs("fails_first", new RunFilter(Set.of(RunState.FAILED), 10, 0)).items())
        .extracting(DagRun::key)
        .contains(run);

    assertThat(client.retryFailed(run)).extracting(TaskInstance::taskId).containsExactly("flaky");
    assertThat(end(run).state()).isEqualTo(RunState.SUCCESS);
    assertThat(task(run, "before").tryNumber()).isEqualTo(1);
    assertThat(task(run, "flaky").tryNumber()).isEqualTo(2);
    assertThat(client.xcom(run.task("flaky"), "return_value").toString())
        .isEqualTo("{\"text\":\"done\",\"conf\":{\"depth\":{\"a\":1}}}");

    assertThat(client.clear(run, List.of("before")))
        .extracting(TaskInstance::taskId)
        .containsExactlyInAnyOrder("before", "flaky");
    assertThat(end(run).state()).isEqualTo(RunState.SUCCESS);
    assertThat(task(run, "flaky").tryNumber()).isEqualTo(3);
  }

  @Test
  void aRunIsMarkedFailed() throws Exception {
    client.pause("mapped");
    RunKey run = new RunKey("mapped", "given-up");
    client.trigger(Trigger.of("mapped", "given-up"));
    assertThat(client.markFailed(run).state()).isEqualTo(RunState.FAILED);
    assertThat(client.run(run).state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void aFileThatDoesNotParseIsReported() {
    List<ImportError> errors =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(client::importErrors, found -> !found.isEmpty());
    assertThat(errors)
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.filename()).isEqualTo("broken.py");
              assertThat(error.bundleName()).contains("tests");
              assertThat(error.stackTrace()).contains("module_that_is_not_there");
            });
  }

  @Test
  void aTokenThatExpiresIsRenewed() throws Exception {
    client.dag("mapped"); // its token is older than the one below
    String token = token();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              HttpResponse<String> response = get(token);
              assertThat(response.statusCode()).isEqualTo(401);
              assertThat(response.body()).contains("Token Expired");
            });
    assertThat(client.dag("mapped").dagId()).isEqualTo("mapped");
  }

  @Test
  void aTokenOfAnotherSecretIsRefusedAsTheClientExpects() throws Exception {
    String token = token();
    String forged = token.substring(0, token.lastIndexOf('.') + 1) + "A".repeat(86);
    HttpResponse<String> response = get(forged);
    assertThat(
            Tokens.isRefused(
                new Wire.Answer(response.statusCode(), "application/json", response.body())))
        .isTrue();
  }

  private DagRun end(RunKey run) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> client.run(run), found -> found.state().hasEnded());
  }

  private TaskInstance task(RunKey run, String taskId) throws InterruptedException {
    return client.tasks(run).stream()
        .filter(task -> task.taskId().equals(taskId))
        .findFirst()
        .orElseThrow();
  }

  private String token() throws Exception {
    String body =
        "{\"username\":\"%s\",\"password\":\"%s\"}"
            .formatted(AirflowServer.USER.user(), AirflowServer.USER.password());
    HttpRequest request =
        HttpRequest.newBuilder(airflow.url().resolve("/auth/token"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return Json.MAPPER.readTree(send(request).body()).get("access_token").textValue();
  }

  private HttpResponse<String> get(String token) throws Exception {
    URI dag = airflow.url().resolve("/api/v2/dags/mapped");
    return send(HttpRequest.newBuilder(dag).header("Authorization", "Bearer " + token).build());
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(request, HttpResponse.BodyHandlers.ofString());
  }
}
