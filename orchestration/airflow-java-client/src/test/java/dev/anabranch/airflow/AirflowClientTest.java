package dev.anabranch.airflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.airflow.AirflowException.Category;
import dev.anabranch.airflow.model.DagRun;
import dev.anabranch.airflow.model.LogLine;
import dev.anabranch.airflow.model.RunFilter;
import dev.anabranch.airflow.model.RunKey;
import dev.anabranch.airflow.model.RunState;
import dev.anabranch.airflow.model.TaskInstance;
import dev.anabranch.airflow.model.TaskState;
import dev.anabranch.airflow.model.Trigger;
import dev.anabranch.airflow.server.ScriptedServer;
import dev.anabranch.airflow.server.ScriptedServer.Reply;
import dev.anabranch.airflow.server.ScriptedServer.Request;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes out and what is made of answers, those of a later Airflow among them. */
class AirflowClientTest {

  private static final RunKey RUN = new RunKey("dag", "scheduled__2026-01-01T00:00:00+00:00");

  private ScriptedServer server;
  private AirflowClient client;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedServer.start();
    server.usually(Samples.RUN);
    client = Samples.client(server.url());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void idsAreEncodedAndACallCarriesTheToken() throws Exception {
    DagRun run = client.run(RUN);
    assertThat(run.key()).isEqualTo(RUN);
    assertThat(run.queuedAt()).isEmpty();
    assertThat(run.endDate()).isEmpty();
    assertThat(run.startDate().orElseThrow()).hasToString("2026-11-22T10:00:00.500Z");
    Request request = server.requests().get(0);
    assertThat(request.authorization()).isEqualTo("Bearer token-1");
    assertThat(request.uri().getRawPath())
        .isEqualTo("/api/v2/dags/dag/dagRuns/scheduled__2026-01-01T00%3A00%3A00%2B00%3A00");
  }

  @Test
  void anApiUnderAPathIsFoundThereAndItsVersionNeedsNoToken() throws Exception {
    server.usually("{\"version\":\"3.1.8\"}");
    AirflowClient behind = Samples.client(URI.create(server.url() + "/of/airflow//"));
    assertThat(behind.version()).isEqualTo("3.1.8");
    assertThat(server.requests().get(0).uri()).hasPath("/of/airflow/api/v2/version");
    assertThat(server.logins()).isZero();
  }

  @Test
  void aTokenThatIsNoLongerGoodIsRenewedForEveryKindOfCall() throws Exception {
    client.run(RUN);
    server.refuse("token-1");
    client.run(RUN);
    server.next(Reply.json(403, "{\"detail\":\"Invalid JWT token\"}"));
    server.usually("{\"task_instances\":[],\"total_entries\":0}");
    assertThat(client.retryFailed(RUN)).isEmpty();
    assertThat(server.logins()).isEqualTo(3);
    assertThat(server.requests())
        .extracting(Request::authorization)
        .containsExactly(
            "Bearer token-1",
            "Bearer token-1",
            "Bearer token-2",
            "Bearer token-2",
            "Bearer token-3");
  }

  @Test
  void oneLoginServesAllThreadsThatAreRefused() throws Exception {
    client.run(RUN);
    server.refuse("token-1");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    Callable<DagRun> call = () -> client.run(RUN);
    for (Future<DagRun> run : threads.invokeAll(Collections.nCopies(32, call))) {
      assertThat(run.get().key()).isEqualTo(RUN);
    }
    threads.shutdown();
    assertThat(server.logins()).isEqualTo(2);
  }

  @Test
  void aRunThatIsThereAlreadyIsReadAndReturned() throws Exception {
    server.next(Reply.json(409, "{\"detail\":{\"reason\":\"Unique constraint violation\"}}"));
    Trigger.Outcome outcome = client.trigger(Trigger.of(RUN.dagId(), RUN.runId()));
    assertThat(outcome.isNew()).isFalse();
    assertThat(outcome.run().state()).isEqualTo(RunState.RUNNING);
    assertThat(server.requests()).extracting(Request::method).containsExactly("POST", "GET");
    assertThat(server.requests().get(0).body())
        .isEqualTo(
            "{\"dag_run_id\":\"%s\",\"logical_date\":null,\"conf\":{}}".formatted(RUN.runId()));
  }

  @Test
  void whatALaterAirflowAddsDoesNoHarm() throws Exception {
    server.usually(
        """
        {"task_instances":[
          {"dag_id":"dag","dag_run_id":"r","task_id":"a","map_index":-1,"state":"hibernating",
           "try_number":2,"max_tries":3,"added":{"deep":[1]}},
          {"dag_id":"dag","dag_run_id":"r","task_id":"b","state":null}],"total_entries":2,"more":1}""");
    List<TaskInstance> tasks = client.tasks(new RunKey("dag", "r"));
    assertThat(tasks)
        .extracting(TaskInstance::state)
        .containsExactly(TaskState.UNKNOWN, TaskState.NONE);
    assertThat(tasks).noneMatch(task -> task.state().hasEnded());
    server.usually(Samples.RUN.replace("running", "sleeping"));
    assertThat(client.run(RUN).state()).isEqualTo(RunState.UNKNOWN);
  }

  @Test
  void aLogOfPlainTextIsReadToo() throws Exception {
    server.usually(
        """
        {"content":["plain",{"event":"told","timestamp":"yesterday","level":"warning",
          "error_detail":[{"exc_type":"KeyError","exc_value":"'x'","frames":[]}]}]}""");
    assertThat(client.log(RUN.task("t"), 1))
        .extracting(LogLine::toString)
        .containsExactly("plain", "warning told\n  KeyError: 'x'");
  }

  @Test
  void everyPageOfAListIsRead() throws Exception {
    String task =
        "{\"dag_id\":\"dag\",\"dag_run_id\":\"r\",\"task_id\":\"t\",\"state\":\"queued\"}";
    String hundred = String.join(",", Collections.nCopies(100, task));
    server.next(
        Reply.json(200, "{\"task_instances\":[%s],\"total_entries\":101}".formatted(hundred)),
        Reply.json(200, "{\"task_instances\":[%s],\"total_entries\":101}".formatted(task)));
    assertThat(client.tasks(new RunKey("dag", "r"))).hasSize(101);
    assertThat(server.requests())
        .extracting(request -> request.uri().getQuery())
        .containsExactly("limit=100&offset=0", "limit=100&offset=100");
  }

  @Test
  void runsAreAskedForByState() throws Exception {
    server.usually("{\"dag_runs\":[%s],\"total_entries\":7}".formatted(Samples.RUN));
    assertThat(client.runs("dag", new RunFilter(Set.of(RunState.FAILED), 1, 3)).total())
        .isEqualTo(7);
    assertThat(server.requests().get(0).uri().getQuery())
        .isEqualTo("limit=1&offset=3&order_by=-run_after&state=failed");
  }

  @Test
  void forbiddenIsNotAnsweredWithALogin() {
    server.next(Reply.json(403, "{\"detail\":\"Forbidden\"}"));
    assertThat(Samples.failure(Category.FORBIDDEN, () -> client.run(RUN)).status()).isEqualTo(403);
    assertThat(server.logins()).isEqualTo(1);
    assertThat(server.requests()).hasSize(1);
  }
}
