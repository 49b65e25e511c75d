package dev.anabranch.airflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.anabranch.airflow.AirflowException.Category;
import dev.anabranch.airflow.model.RunKey;
import dev.anabranch.airflow.model.Trigger;
import dev.anabranch.airflow.server.ScriptedServer;
import dev.anabranch.airflow.server.ScriptedServer.Reply;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to fail becomes one exception; what may pass is tried again where that is safe. */
class FailuresTest {

  private static final RunKey RUN = new RunKey("dag", "run");
  private static final Reply BUSY = new Reply(503, "text/plain", "no healthy upstream", false);

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

  @ParameterizedTest
  @CsvSource({
    "400,INVALID",
    "404,NOT_FOUND",
    "405,INVALID",
    "422,INVALID",
    "500,SERVER",
    "501,SERVER",
    "302,UNREADABLE",
    "307,UNREADABLE"
  })
  void whatWillNotPassIsNotTriedAgain(int status, Category category) {
    server.next(new Reply(status, "text/html", "<title>Oh no</title>", false));
    assertThat(Samples.failure(category, () -> client.run(RUN)))
        .hasMessage("GET /api/v2/dags/dag/dagRuns/run: %d a page titled 'Oh no'", status)
        .satisfies(e -> assertThat(e.method()).isEqualTo("GET"))
        .satisfies(e -> assertThat(e.path()).isEqualTo("/api/v2/dags/dag/dagRuns/run"))
        .satisfies(e -> assertThat(e.status()).isEqualTo(status));
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void aReadIsTriedAgainWhileAirflowIsBusy(int status) throws Exception {
    Reply busy = new Reply(status, "", "", false);
    server.next(busy, busy);
    assertThat(client.run(RUN).dagId()).isEqualTo("dag");
    server.next(busy, busy, busy);
    Samples.failure(Category.BUSY, () -> client.run(RUN));
    assertThat(server.requests()).hasSize(6);
  }

  @Test
  void aTriggerWithAnIdOfItsOwnIsTriedAgainAndAClearIsNot() throws Exception {
    server.next(BUSY);
    assertThat(client.trigger(Trigger.of("dag", "run")).isNew()).isTrue();
    server.next(BUSY);
    Samples.failure(Category.BUSY, () -> client.retryFailed(RUN));
    server.next(BUSY);
    Samples.failure(Category.BUSY, () -> client.clear(RUN, List.of("task")));
    server.next(BUSY);
    Samples.failure(Category.BUSY, () -> client.markFailed(RUN));
    assertThat(server.requests()).hasSize(5);
  }

  @Test
  void aLoginIsTriedAgainWhateverItIsFor() throws Exception {
    server.usually("{\"task_instances\":[],\"total_entries\":0}");
    server.nextLogin(BUSY, BUSY);
    assertThat(client.retryFailed(RUN)).isEmpty();
    assertThat(server.logins()).isEqualTo(3);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void nobodyWaitsForEverForAnAnswerOrForItsEnd() {
    server.next(Reply.NOTHING);
    assertThat(Samples.failure(Category.TIMEOUT, () -> client.markFailed(RUN)))
        .hasMessageContaining("PT0.5S");
    Reply half = new Reply(200, "application/json", "{\"dag_id\":", true);
    server.next(half);
    Samples.failure(Category.TIMEOUT, () -> client.markFailed(RUN));
  }

  @Test
  void aReadThatWasNotAnsweredInTimeIsTriedAgain() throws Exception {
    server.next(Reply.NOTHING);
    assertThat(client.run(RUN).dagId()).isEqualTo("dag");
  }

  @Test
  void whereNobodyListensTheMessageSaysWhere() throws Exception {
    URI nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
    AirflowException e =
        Samples.failure(Category.UNREACHABLE, () -> Samples.client(nobody).run(RUN));
    assertThat(e).hasMessageContaining(nobody.toString()).hasMessageContaining("/auth/token");
    assertThat(e.status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "3",
        "<html>Sign in</html>",
        "{\"dag_id\":",
        "{\"dag_id\":\"dag\"}",
        "{\"dag_id\":\"dag\",\"dag_run_id\":\"run\",\"state\":\"running\",\"run_type\":{}}"
      })
  void aSuccessThatIsNotAirflowsIsSaidToBe(String body) {
    server.usually(body);
    assertThat(Samples.failure(Category.UNREADABLE, () -> client.run(RUN)))
        .hasMessageContaining("application/json")
        .hasMessageContaining("is this its API server?");
  }

  @Test
  void thePasswordIsShownNowhere() {
    server.nextLogin(
        Reply.json(
            422,
            "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"bad\",\"input\":{\"password\":\"%s\"}}]}"
                .formatted(Samples.PASSWORD)),
        new Reply(400, "text/plain", "You sent password=" + Samples.PASSWORD, false),
        Reply.json(201, "{\"token\":\"other\"}"));
    AirflowException complaint = Samples.failure(Category.INVALID, () -> client.run(RUN));
    assertThat(complaint).hasMessage("POST /auth/token: 422 body: bad");
    for (AirflowException e :
        List.of(
            complaint,
            Samples.failure(Category.INVALID, () -> client.run(RUN)),
            Samples.failure(Category.UNREADABLE, () -> client.run(RUN)))) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      assertThat(trace.toString()).doesNotContain(Samples.PASSWORD);
    }
    Credentials credentials = new Credentials("user", Samples.PASSWORD);
    AirflowSettings settings = AirflowSettings.of(server.url(), credentials);
    assertThat(settings.toString()).contains("user").doesNotContain(Samples.PASSWORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host", "/path", "http://me:secret@host", "http://host?x=secret"})
  void aUrlThatIsNoneIsRefusedUnshown(String url) {
    Credentials credentials = new Credentials("user", Samples.PASSWORD);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AirflowSettings.of(URI.create(url), credentials))
        .withMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b"})
  void anIdThatWouldLeadElsewhereIsRefused(String id) {
    assertThatIllegalArgumentException().isThrownBy(() -> new RunKey("dag", id));
    assertThatIllegalArgumentException().isThrownBy(() -> RUN.task(id));
  }
}
