package dev.anabranch.airflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.airflow.model.DagRun;
import dev.anabranch.airflow.model.ImportError;
import dev.anabranch.airflow.model.LogLine;
import dev.anabranch.airflow.model.RunFilter;
import dev.anabranch.airflow.model.RunKey;
import dev.anabranch.airflow.model.RunState;
import dev.anabranch.airflow.model.TaskInstance;
import dev.anabranch.airflow.model.TaskState;
import dev.anabranch.airflow.model.Trigger;
import dev.anabranch.airflow.server.AirflowExtension;
import dev.anabranch.airflow.server.AirflowServer;
import dev.anabranch.airflow.server.FakePlatform;
import dev.anabranch.airflow.server.NeedsAirflow;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The DAG anabranch_batch in a real Airflow, against the platform's routes for batch runs. */
@ExtendWith({NeedsAirflow.class, AirflowExtension.class})
class BatchDagTest {

  private static final String DAG = "anabranch_batch";

  private final AirflowClient client;
  private final FakePlatform platform;

  BatchDagTest(AirflowServer airflow, FakePlatform platform) {
    this.client = airflow.client(AirflowServer.USER);
    this.platform = platform;
  }

  /** Unpaused, a DAG with a schedule runs the last tick at once, and others wait behind it. */
  @BeforeAll
  static void theLastTickRuns(AirflowServer airflow, FakePlatform platform) throws Exception {
    new BatchDagTest(airflow, platform).runLastTick();
  }

  private void runLastTick() throws Exception {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreException(AirflowException.class)
        .until(() -> !client.dag(DAG).hasImportErrors());
    client.unpause(DAG);
    RunKey run =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> client.runs(DAG, RunFilter.newest(1)).items(), runs -> !runs.isEmpty())
            .get(0)
            .key();
    assertThat(run.runId()).matches("scheduled__20.*T00:00:00\\+00:00");
    awaitPlatform(run, "running");
    platform.end(run.runId(), "succeeded");
    assertThat(end(run)).isEqualTo(RunState.SUCCESS);
    assertThat(platform.changes(run.runId())).containsExactly("POST 202");
  }

  @Test
  void importsWithoutErrors() throws Exception {
    assertThat(client.importErrors())
        .extracting(ImportError::bundleName)
        .noneMatch(bundle -> bundle.filter("anabranch"::equals).isPresent());
  }

  @Test
  void handsOnTheFiguresAndTheAddressOfTheRun() throws Exception {
    RunKey run = trigger("figures");
    platform.end(run.runId(), "succeeded");
    assertThat(end(run)).isEqualTo(RunState.SUCCESS);
    JsonNode figures = client.xcom(run.task("run_batch"), "return_value");
    assertThat(figures.path("run_id").asText()).isEqualTo(run.runId());
    assertThat(figures.path("boundary").path("0").asInt()).isEqualTo(120);
    assertThat(figures.path("records").asInt()).isEqualTo(218);
    assertThat(figures.path("events").asInt()).isEqualTo(210);
    String url = platform.url() + "/v1/batch-runs/figures";
    assertThat(figures.path("url").asText()).isEqualTo(url);
    assertThat(client.log(run.task("run_batch"), 1))
        .extracting(LogLine::event)
        .contains(url + ": started");
  }

  @Test
  void aRunThatFailsIsTriedAgainUnderItsIdTwice() throws Exception {
    RunKey run = trigger("fails");
    for (int tries = 1; tries <= 3; tries++) {
      int seen = tries;
      await().atMost(Duration.ofSeconds(30)).until(() -> platform.changes("fails").size() == seen);
      platform.end(run.runId(), "failed");
    }
    assertThat(end(run)).isEqualTo(RunState.FAILED);
    assertThat(platform.changes("fails")).containsExactly("POST 202", "POST 202", "POST 202");
    assertThat(task(run).tryNumber()).isEqualTo(3);
    assertThat(client.log(run.task("run_batch"), 3))
        .flatExtracting(LogLine::errors)
        .anyMatch(error -> error.contains("fails ended as failed: the disk is full"));

    client.retryFailed(run);
    await().atMost(Duration.ofSeconds(30)).until(() -> platform.changes("fails").size() == 4);
    platform.end(run.runId(), "succeeded");
    assertThat(end(run)).isEqualTo(RunState.SUCCESS);
  }

  @Test
  void waitsWhileAnotherRunGoesOnAndWhileThePlatformIsAway() throws Exception {
    platform.begin("by-hand");
    client.trigger(Trigger.of(DAG, "waits"));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> platform.changes("waits").contains("POST 409"));
    platform.beUnavailable(1);
    platform.end("by-hand", "succeeded");
    RunKey run = new RunKey(DAG, "waits");
    awaitPlatform(run, "running");
    platform.beUnavailable(1);
    await().atMost(Duration.ofSeconds(30)).until(() -> !platform.isUnavailable());
    platform.end("waits", "succeeded");
    assertThat(end(run)).isEqualTo(RunState.SUCCESS);
    assertThat(platform.changes("waits")).contains("POST 503").endsWith("POST 202");
    assertThat(task(run).tryNumber()).isEqualTo(1);
  }

  @Test
  void aRunThatThePlatformHasAlreadyIsJoined() throws Exception {
    platform.begin("done-before");
    platform.end("done-before", "succeeded");
    client.trigger(Trigger.of(DAG, "done-before"));
    assertThat(end(new RunKey(DAG, "done-before"))).isEqualTo(RunState.SUCCESS);
    assertThat(platform.changes("done-before")).containsExactly("POST 200");
  }

  @Test
  void aRunThatIsGivenUpInAirflowIsCancelledAndResumedByAClear() throws Exception {
    RunKey run = trigger("given-up-batch");
    client.markFailed(run);
    awaitPlatform(run, "cancelled");
    await().atMost(Duration.ofSeconds(30)).until(() -> task(run).state() == TaskState.FAILED);
    client.retryFailed(run);
    awaitPlatform(run, "running");
    platform.end(run.runId(), "succeeded");
    assertThat(end(run)).isEqualTo(RunState.SUCCESS);
    assertThat(platform.changes(run.runId())).containsExactly("POST 202", "CANCEL 202", "POST 202");
  }

  @Test
  void aTryThatMeetsTheCancelOfTheOneBeforeIsFollowedByAnother() throws Exception {
    platform.cancelSlowly(true);
    RunKey run = trigger("slow-to-cancel");
    client.markFailed(run);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> platform.changes("slow-to-cancel").contains("CANCEL 202"));
    client.retryFailed(run);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> platform.changes("slow-to-cancel").contains("POST 200"));
    platform.cancelSlowly(false);
    platform.end("slow-to-cancel", "cancelled");
    awaitPlatform(run, "running");
    platform.end("slow-to-cancel", "succeeded");
    assertThat(end(run)).isEqualTo(RunState.SUCCESS);
    assertThat(platform.changes("slow-to-cancel"))
        .containsExactly("POST 202", "CANCEL 202", "POST 200", "POST 202");
  }

  @Test
  void aTryThatIsOutOfTimeCancelsAndTheNextResumes() throws Exception {
    RunKey run = trigger("slow");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> platform.changes("slow").equals(List.of("POST 202", "CANCEL 202", "POST 202")));
    platform.end("slow", "succeeded");
    assertThat(end(run)).isEqualTo(RunState.SUCCESS);
    assertThat(task(run).tryNumber()).isEqualTo(2);
  }

  @Test
  void aRunThatSomeoneCancelledOnThePlatformStaysSo() throws Exception {
    RunKey run = trigger("not-wanted");
    platform.end("not-wanted", "cancelled");
    assertThat(end(run)).isEqualTo(RunState.FAILED);
    assertThat(task(run).tryNumber()).isEqualTo(1);
    assertThat(platform.changes("not-wanted")).containsExactly("POST 202");
  }

  /** Triggers a run and waits until the platform has it. */
  private RunKey trigger(String runId) throws InterruptedException {
    DagRun run = client.trigger(Trigger.of(DAG, runId)).run();
    awaitPlatform(run.key(), "running");
    return run.key();
  }

  private void awaitPlatform(RunKey run, String state) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> platform.state(run.runId()), state::equals);
  }

  private RunState end(RunKey run) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> client.run(run).state(), RunState::hasEnded);
  }

  private TaskInstance task(RunKey run) throws InterruptedException {
    return client.tasks(run).get(0);
  }
}
