package dev.anabranch.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.airflow.AirflowClient;
import dev.anabranch.airflow.model.RunState;
import dev.anabranch.airflow.model.Trigger;
import dev.anabranch.cli.demo.Totals;
import dev.anabranch.cli.demo.Truth;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The full stack, really run: events with late, duplicate and malformed ones, a batch run by
 * Airflow, then each container killed and started again; lambda is what was sent, each time.
 */
@EnabledIfEnvironmentVariable(
    named = "STACK_TEST",
    matches = "1",
    disabledReason = "SKIPPED: the full stack is tested where STACK_TEST is 1, and needs Docker")
@Timeout(value = 35, unit = java.util.concurrent.TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StackTest {
  private static final long SEED = 20_261_127;
  private static final Duration READY = Duration.ofMinutes(4);

  @TempDir private static Path folder;
  private static TestStack stack;
  private static Path ledger;
  private static long seed = SEED;

  @BeforeAll
  static void up() throws Exception {
    stack = new TestStack();
    ledger = folder.resolve("ledger.jsonl");
    stack.say("building images and starting");
    stack.anabranch(Duration.ofMinutes(20), "stack", "up");
    stack.say("up; seed " + SEED);
  }

  @AfterAll
  static void down() throws Exception {
    if (stack == null) {
      return;
    }
    stack.say("taking it down");
    stack.close();
    assertThat(stack.leftovers()).as("what is left of the stack").isEmpty();
    stack.say("down");
  }

  @Test
  @Order(1)
  void aBatchRunByAirflowMakesLambdaTheTruth() throws Exception {
    produce(
        20_000, "--rate", "2000", "--late", "0.02", "--duplicates", "0.01", "--malformed", "0.01");
    stack.say("produced 20,000 events; a run by Airflow");
    AirflowClient airflow = stack.airflow();
    airflow.trigger(Trigger.of("anabranch_batch", "stack-test"));
    await()
        .atMost(READY)
        .until(
            () -> airflow.run(Trigger.of("anabranch_batch", "stack-test").key()).state(),
            RunState::hasEnded);
    JsonNode run = stack.get("/v1/batch-runs/stack-test");
    assertThat(run.path("state").asText()).as("%s", run).isEqualTo("succeeded");
    assertThat(run.at("/airflow/state").asText()).isEqualTo("success");
    assertTruth();
  }

  @ParameterizedTest
  @Order(2)
  @ValueSource(
      strings = {
        "serving",
        "speed",
        "kappa",
        "batch",
        "scoring",
        "spark-worker",
        "spark-master",
        "airflow-scheduler",
        "airflow-api",
        "airflow-dag-processor",
        "postgres"
      })
  void aContainerThatIsKilledComesBackAndNothingIsLost(String service) throws Exception {
    stack.kill(service);
    produce(300);
    stack.startAgain(service);
    awaitReady(service);
    produce(300);
    awaitTruth(service);
  }

  @ParameterizedTest
  @Order(3)
  @ValueSource(strings = {"minio", "kafka"})
  void withoutItsStoreOrItsLogForAMinuteTheStackGoesOnAfterwards(String service) throws Exception {
    produce(300);
    stack.kill(service);
    stack.say(service + " is away for 60 s");
    Thread.sleep(60_000); // The minute is what is tested.
    stack.startAgain(service);
    awaitReady(service);
    produce(300);
    awaitTruth(service);
  }

  @Test
  @Order(4)
  void aRunAskedOfTheApiGoesThroughAirflowAndHeals() throws Exception {
    produce(2_000, "--duplicates", "0.05");
    stack.say("a run asked of the API");
    String said =
        stack.anabranch(
            Duration.ofMinutes(5), "batch", "run", "--stack", "--run-id", "healed", "--json");
    assertThat(said).contains("\"state\":\"succeeded\"");
    assertThat(stack.get("/v1/batch-runs/healed").at("/airflow/dag_id").asText())
        .isEqualTo("anabranch_batch");
    assertTruth();
  }

  @Test
  @Order(5)
  void aTrainingByAirflowMakesAChampion() throws Exception {
    produce(20_000, "--step", "45s"); // Some ten days.
    stack.anabranch(Duration.ofMinutes(5), "batch", "run", "--stack");
    stack.say("a training by Airflow");
    AirflowClient airflow = stack.airflow();
    airflow.trigger(Trigger.of("anabranch_train", "stack-training"));
    await()
        .atMost(READY)
        .until(
            () -> airflow.run(Trigger.of("anabranch_train", "stack-training").key()).state(),
            RunState::hasEnded);
    JsonNode training = stack.get("/v1/trainings/stack-training");
    assertThat(training.path("state").asText()).as("%s", training).isEqualTo("succeeded");
    JsonNode model = stack.get("/v1/models/" + training.path("version").asLong());
    assertThat(model.path("champion").asBoolean()).as("%s, %s", training, model).isTrue();
    assertThat(model.path("auc").asDouble()).isGreaterThan(0.6);
    stack.say("champion: AUC %.3f".formatted(model.path("auc").asDouble()));
    assertIsInMlflow(model);
  }

  private static void assertIsInMlflow(JsonNode model) throws Exception {
    String champion = "registered-models/alias?name=anabranch-lead-score&alias=champion";
    await()
        .atMost(READY)
        .until(
            () ->
                entries(stack.mlflow(champion).at("/model_version/tags"))
                    .contains("anabranch.training=stack-training"));
    JsonNode version = stack.mlflow(champion).path("model_version");
    assertThat(version.path("source").asText()).startsWith("s3a://anabranch/lake/models/files/");
    String id = version.path("run_id").asText();
    JsonNode run = stack.mlflow("runs/get?run_id=" + id).path("run");
    assertThat(run.at("/info/status").asText()).isEqualTo("FINISHED");
    assertThat(entries(run.at("/data/metrics"))).contains("auc=" + model.path("auc").asText());
    assertThat(entries(run.at("/data/params")))
        .contains("algorithm=" + model.path("algorithm").asText(), "horizon=PT24H");
    assertThat(stack.mlflow("artifacts/list?run_id=" + id).at("/files/0/path").asText())
        .isEqualTo("model-card.json");
    stack.say("MLflow shows the run, and the champion as version " + version.path("version"));
  }

  /** What MLflow lists as keys and values. */
  private static List<String> entries(JsonNode list) {
    List<String> entries = new ArrayList<>();
    list.forEach(one -> entries.add(one.path("key").asText() + "=" + one.path("value").asText()));
    return entries;
  }

  @Test
  @Order(6)
  void theChampionScoresAndHotLeadsAreHandedOverOnceThoughScoringIsKilled() throws Exception {
    long champion = stack.get("/v1/trainings/stack-training").path("version").asLong();
    int first = awaitHandedOver(champion);
    assertThat(first).as("hot leads among all that were sent").isPositive();
    assertThat(stack.get("/v1/scoring").at("/profiles/count").asLong())
        .as("profiles that produce wrote and scoring has read")
        .isPositive();
    stack.kill("scoring");
    produce(3_000);
    stack.startAgain("scoring");
    awaitReady("scoring");
    assertThat(awaitHandedOver(champion)).as("hot leads in all").isGreaterThan(first);
  }

  /** Returns how many there are once all events are scored, and all who get them have them. */
  private static int awaitHandedOver(long champion) throws Exception {
    try {
      await()
          .atMost(READY)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> HandOvers.isAllScored(stack, champion));
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(stack.get("/v1/scoring") + stack.log("scoring"), e);
    }
    List<String> wanted = HandOvers.inLake(stack);
    assertThat(wanted).doesNotHaveDuplicates();
    long count = wanted.size();
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              assertThat(HandOvers.inTopic(stack.kafka())).isEqualTo(wanted);
              assertThat(HandOvers.inPostgresql(stack)).containsOnly(count);
            });
    stack.say("handed over, to the topic and to PostgreSQL: %,d leads".formatted(count));
    return wanted.size();
  }

  @Test
  @Order(7)
  void noSecretIsInALogOrInTheStatus() throws Exception {
    String said =
        stack.logs() + stack.anabranch(Duration.ofMinutes(1), "stack", "status", "--json");
    assertThat(said).contains("anabranch");
    for (String name : stack.secrets().stringPropertyNames()) {
      assertThat(said.contains(stack.secrets().getProperty(name)))
          .as("%s stands in a log or in the status", name)
          .isFalse();
    }
  }

  private static void produce(int events, String... more) throws Exception {
    String[] command = new String[8 + more.length];
    System.arraycopy(
        new String[] {
          "produce",
          "--stack",
          "--events",
          Integer.toString(events),
          "--ledger",
          ledger.toString(),
          "--seed",
          Long.toString(seed++)
        },
        0,
        command,
        0,
        8);
    System.arraycopy(more, 0, command, 8, more.length);
    stack.anabranch(Duration.ofMinutes(3), command);
  }

  private static void awaitReady(String service) throws Exception {
    try {
      await().atMost(READY).pollInterval(Duration.ofSeconds(2)).until(() -> stack.isReady());
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(
          service
              + " did not come back: "
              + stack.anabranch(Duration.ofMinutes(1), "stack", "status")
              + stack.log(service),
          e);
    }
    stack.say(service + " was killed, and all is ready again");
  }

  private static void awaitTruth(String service) throws Exception {
    Totals truth = Truth.read(ledger).totals();
    try {
      await()
          .atMost(READY)
          .pollInterval(Duration.ofMillis(500))
          .ignoreExceptionsMatching(java.io.IOException.class::isInstance)
          .until(() -> isTruth(truth));
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(
          "After %s was killed: wanted %s, %s".formatted(service, truth, lambda()), e);
    }
    stack.say("lambda is the truth: %,d events".formatted(truth.events()));
  }

  private static void assertTruth() throws Exception {
    Totals truth = Truth.read(ledger).totals();
    assertThat(isTruth(truth)).as("wanted %s, %s", truth, lambda()).isTrue();
    stack.say("lambda is the truth: %,d events, %s".formatted(truth.events(), truth.revenue()));
  }

  private static boolean isTruth(Totals truth) throws Exception {
    JsonNode lambda = lambda();
    return lambda.path("events").asLong() == truth.events()
        && new BigDecimal(lambda.path("revenue").asText("0")).compareTo(truth.revenue()) == 0;
  }

  private static JsonNode lambda() throws Exception {
    return stack.get("/v1/comparison/activity?window=P1D").at("/summary/lambda");
  }
}
