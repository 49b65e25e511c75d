package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.airflow.AirflowClient;
import dev.anabranch.airflow.AirflowException;
import dev.anabranch.airflow.model.RunKey;
import dev.anabranch.airflow.model.Trigger;
import dev.anabranch.airflow.server.AirflowServer;
import dev.anabranch.airflow.server.NeedsAirflow;
import dev.anabranch.airflow.server.Venv;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.Generation;
import dev.anabranch.lakehouse.lake.MaintenanceLedger;
import dev.anabranch.lakehouse.lake.MaintenanceRun;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.RunState;
import dev.anabranch.lakehouse.lake.StatusDocument;
import dev.anabranch.lakehouse.lake.TrainingLedger;
import dev.anabranch.serving.query.RandomEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A real Airflow, which runs the DAGs of this repository against the API. */
@ExtendWith(NeedsAirflow.class)
class AirflowTest {
  private static final String DAG = "anabranch_batch";
  private static final String MAINTENANCE = "anabranch_maintenance";
  private static final String TRAIN = "anabranch_train";
  private static final String REPROCESS = "anabranch_kappa_reprocess";
  private static final String RUNS = "/v1/batch-runs";
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static AirflowServer airflow;
  private static TestLake lake;
  private static TestApi api;
  private static AirflowClient client;

  @BeforeAll
  static void start() throws Exception {
    int port = freePort();
    airflow =
        AirflowServer.start(
            Venv.folder(),
            Files.createDirectories(folder.resolve("airflow")),
            Map.of(
                "ANABRANCH_API_URL", "http://127.0.0.1:" + port,
                "ANABRANCH_BATCH_SCHEDULE", "",
                "ANABRANCH_MAINTENANCE_SCHEDULE", "",
                "ANABRANCH_BATCH_RETRY_DELAY_SECONDS", "0"));
    lake = new TestLake(Files.createDirectories(folder.resolve("lake")));
    lake.send(RandomEvents.of(1, 0, 50, 10));
    lake.speedEpoch();
    Path password = folder.resolve("password");
    Files.writeString(password, AirflowServer.USER.password() + "\n");
    api =
        new TestApi(
            lake,
            Map.of(
                "airflow.url",
                airflow.url().toString(),
                "airflow.user",
                AirflowServer.USER.user(),
                "airflow.password_file",
                password.toString()),
            port);
    api.awaitSpeed(1);
    client = airflow.client(AirflowServer.USER);
    for (String dag : List.of(DAG, MAINTENANCE, TRAIN, REPROCESS)) {
      await()
          .atMost(LONGEST)
          .ignoreException(AirflowException.class)
          .until(() -> !client.dag(dag).hasImportErrors());
      client.unpause(dag);
    }
    assertThat(client.importErrors()).isEmpty();
  }

  @AfterAll
  static void stop() {
    if (api != null) {
      api.close();
    }
    if (airflow != null) {
      airflow.close();
    }
  }

  @Test
  void aRunIsBegunByTheDagUnderItsIdAndMayBeCancelledAndGoOn() {
    TestApi.Answer begun = api.post(RUNS, body("by-the-api"));
    assertThat(begun.status()).as("%s", begun.body()).isEqualTo(202);
    assertThat(begun.header("Location")).isEqualTo(RUNS + "/by-the-api");
    assertThat(begun.body().path("state").asText()).isEqualTo("running");
    JsonNode seen = api.get(RUNS + "/by-the-api").path("airflow");
    assertThat(seen.path("dag_id").asText()).isEqualTo(DAG);
    assertThat(seen.path("state").asText()).isEqualTo("running");
    assertThat(seen.path("try_number").asInt()).isEqualTo(1);

    assertThat(api.post(RUNS, body("by-the-api")).status()).as("asked for again").isEqualTo(200);
    assertThat(TestApi.refused(api.post(RUNS, body("other")), 409).path("run_id").asText())
        .isEqualTo("by-the-api");

    assertThat(api.post(RUNS + "/by-the-api/cancel", "").status()).isEqualTo(202);
    awaitAirflow("by-the-api", "failed");
    TestApi.Answer again = api.post(RUNS, body("by-the-api"));
    assertThat(again.status()).as("%s", again.body()).isEqualTo(202);
    assertThat(again.body().path("boundary")).isEqualTo(begun.body().path("boundary"));
    succeed("by-the-api");
    awaitAirflow("by-the-api", "success");
  }

  @Test
  void ofTwoThatAskAtOnceOneIsTurnedAwayAndItsRunDoesNotWait() throws Exception {
    List<CompletableFuture<TestApi.Answer>> asked =
        Stream.of("one", "another")
            .map(id -> CompletableFuture.supplyAsync(() -> api.post(RUNS, body(id))))
            .toList();
    List<Integer> statuses = asked.stream().map(a -> a.join().status()).sorted().toList();
    assertThat(statuses).containsExactly(202, 409);
    String begun = lake.runs().ledger().running().orElseThrow().runId();
    String other = begun.equals("one") ? "another" : "one";
    succeed(begun);
    awaitAirflow(begun, "success");
    assertThat(end(new RunKey(DAG, other))).isEqualTo(dev.anabranch.airflow.model.RunState.FAILED);
    api.refused(404, RUNS + "/" + other);
  }

  @Test
  void withoutAirflowARunMayBeginDirectlyOnly() throws Exception {
    Path password = Files.writeString(folder.resolve("no-password"), "secret-of-nobody");
    Map<String, String> away =
        Map.of(
            "airflow.url",
            "http://127.0.0.1:" + freePort(),
            "airflow.password_file",
            password.toString());
    TestLake own = new TestLake(Files.createDirectories(folder.resolve("own")));
    own.send(RandomEvents.of(2, 0, 10, 10));
    own.speedEpoch();
    try (TestApi alone = new TestApi(own, away)) {
      alone.awaitSpeed(1);
      JsonNode refused = TestApi.refused(alone.post(RUNS, body("waits")), 503);
      assertThat(refused.path("detail").asText())
          .contains("direct=true")
          .doesNotContain("secret-of-nobody");
      assertThat(alone.post(RUNS + "?direct=true", body("waits")).status()).isEqualTo(202);
      JsonNode run = alone.get(RUNS + "/waits");
      assertThat(run.path("state").asText()).isEqualTo("running");
      assertThat(run.path("airflow").isNull()).isTrue();
      assertThat(
              TestApi.refused(alone.post(RUNS + "?direct=maybe", ""), 400)
                  .path("parameter")
                  .asText())
          .isEqualTo("direct");
    }
  }

  @Test
  void aRoundOfMaintenanceHasTheIdOfItsDagRun() throws Exception {
    MaintenanceLedger ledger =
        MaintenanceLedger.open(lake.storage(), lake.layout(), Clock.systemUTC());
    RunKey key = client.trigger(Trigger.of(MAINTENANCE, "round")).run().key();
    await()
        .atMost(LONGEST)
        .until(
            () -> {
              ledger.ledger().refresh();
              return ledger.ledger().running().isPresent();
            });
    MaintenanceRun.Figures figures = new MaintenanceRun.Figures(7, 2, 5);
    assertThat(ledger.succeed(ledger.ledger().find("round").orElseThrow(), figures)).isTrue();
    assertThat(end(key)).isEqualTo(dev.anabranch.airflow.model.RunState.SUCCESS);
    JsonNode left = client.xcom(key.task("maintain"), "return_value");
    assertThat(left.path("expired_epoch_files").asInt()).isEqualTo(7);
    assertThat(left.path("url").asText()).isEqualTo(api.url() + "/v1/maintenance/round");
  }

  @Test
  void aTrainingHasTheIdOfItsDagRunAndLeavesItsModelsFigures() throws Exception {
    TrainingLedger ledger = TrainingLedger.open(lake.storage(), lake.layout(), Clock.systemUTC());
    ModelRegistry models = ModelRegistry.open(lake.storage(), lake.layout(), Clock.systemUTC());
    ObjectNode card = new ObjectMapper().createObjectNode().put("folder", "of the training");
    card.putObject("metrics").put("auc", 0.75);
    long version = models.register(card, "test").version();
    RunKey key = client.trigger(Trigger.of(TRAIN, "training")).run().key();
    await()
        .atMost(LONGEST)
        .until(
            () -> {
              ledger.ledger().refresh();
              return ledger.ledger().running().isPresent();
            });
    assertThat(ledger.succeed(ledger.ledger().find("training").orElseThrow(), version, "kept"))
        .isTrue();
    assertThat(end(key)).isEqualTo(dev.anabranch.airflow.model.RunState.SUCCESS);
    JsonNode left = client.xcom(key.task("train"), "return_value");
    assertThat(left.path("auc").asDouble()).isEqualTo(0.75);
    assertThat(left.path("url").asText()).isEqualTo(api.url() + "/v1/models/" + version);
  }

  @Test
  void aGenerationIsWaitedForUntilReadersSeeIt() throws Exception {
    RunKey key = client.trigger(Trigger.of(REPROCESS, "anew")).run().key();
    Generation building =
        await()
            .atMost(LONGEST)
            .until(() -> lake.generations().building(), Optional::isPresent)
            .orElseThrow();
    // What the Kappa part says of itself once it has switched.
    ObjectNode status =
        new ObjectMapper()
            .createObjectNode()
            .put("state", "running")
            .put("updated_at", Instant.now().toString())
            .put("generation", building.number());
    StatusDocument.tryToWrite(lake.storage(), lake.layout().status("kappa"), status);
    assertThat(end(key)).isEqualTo(dev.anabranch.airflow.model.RunState.SUCCESS);
    assertThat(client.xcom(key.task("reprocess"), "return_value").path("generation").asLong())
        .isEqualTo(building.number());
  }

  private static dev.anabranch.airflow.model.RunState end(RunKey key) {
    return await()
        .atMost(LONGEST)
        .until(() -> client.run(key).state(), dev.anabranch.airflow.model.RunState::hasEnded);
  }

  private static void awaitAirflow(String id, String state) {
    await()
        .atMost(LONGEST)
        .untilAsserted(
            () ->
                assertThat(api.get(RUNS + "/" + id).at("/airflow/state").asText())
                    .isEqualTo(state));
  }

  private static void succeed(String id) {
    BatchRun run = lake.runs().ledger().find(id).orElseThrow();
    assertThat(
            lake.runs()
                .finish(
                    run,
                    RunState.SUCCEEDED,
                    Optional.of(new BatchRun.Figures(50, 48, 1, 1, 50)),
                    new TreeMap<>(),
                    Optional.empty()))
        .isTrue();
  }

  private static String body(String id) {
    return "{\"run_id\":\"" + id + "\"}";
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
