package dev.anabranch.batch.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.lake.PromotionRule;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.tracking.MlflowClient;

/** The mirror of a registry and a real MLflow that comes and goes. */
@Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MlflowMirrorTest {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final MlflowMirror.Pace QUICK =
      new MlflowMirror.Pace(
          Duration.ofMillis(50),
          Duration.ofMillis(200),
          Duration.ofSeconds(2),
          Duration.ofSeconds(60));
  private static final PromotionRule ANY = new PromotionRule(0, 0);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  @TempDir private Path lakeFolder;
  private final Storage storage = Storage.local();
  private LakeLayout lake;
  private ModelRegistry registry;

  @BeforeEach
  void open() {
    lake = new LakeLayout(lakeFolder.toUri());
    registry = ModelRegistry.open(storage, lake, Clock.systemUTC());
  }

  @Test
  void whatMlflowMissedItGetsOnceWhenItIsBack() throws Exception {
    try (Mlflow mlflow = Mlflow.at(folder);
        MlflowClient client = new MlflowClient(mlflow.url().toString())) {
      register("first", 0.7);
      registry.promote(1, "test", "", ANY);
      mirrored(mlflow.url(), () -> comeAndGo(mlflow, client));
      leaveHalfOf(client, register("fourth", 0.9));
      registry.promote(4, "test", "", ANY);
      mirrored(mlflow.url(), () -> awaitChampion(client, "fourth"));
      assertThat(tags(runs(client), "/data/tags"))
          .containsExactlyInAnyOrder("first", "second", "third", "fourth");
      assertThat(tags(versions(client), "/tags"))
          .containsExactlyInAnyOrder("first", "second", "third", "fourth");
    }
  }

  private void comeAndGo(Mlflow mlflow, MlflowClient client) throws Exception {
    mlflow.start();
    awaitChampion(client, "first");
    assertIsComplete(client);

    mlflow.kill();
    register("second", 0.8);
    registry.promote(2, "test", "", ANY);
    register("third", 0.6);
    mlflow.start();
    awaitChampion(client, "second");
    registry.rollBack("test", "");
    awaitChampion(client, "first");
  }

  @Test
  void aServerThatNeverAnswersIsNotWaitedForLongerThanTheLimit() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        MlflowServer server =
            new MlflowServer(
                URI.create("http://127.0.0.1:" + silent.getLocalPort()), Duration.ofMillis(300))) {
      assertThatThrownBy(server::versions)
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("cannot list the versions of anabranch-lead-score");
    }
  }

  /** Something while a mirror runs. */
  private interface Meanwhile {
    void happens() throws Exception;
  }

  private void mirrored(URI url, Meanwhile something) throws Exception {
    MlflowMirror mirror = MlflowMirror.start(url, QUICK, storage, lake, Clock.systemUTC());
    try {
      something.happens();
    } finally {
      mirror.close();
    }
  }

  private ModelVersion register(String training, double auc) {
    ObjectNode card = JSON.createObjectNode();
    card.put("folder", "models/files/" + training).put("run_id", training);
    card.put("algorithm", "trees").put("label", "purchase within PT24H");
    card.putObject("data").put("batch_run", "batch");
    card.putObject("metrics")
        .put("auc", auc)
        .put("lift_top_decile", 2)
        .put("log_loss", 0.1)
        .put("log_loss_baseline", 0.2);
    return registry.register(card, "test");
  }

  /** As a service that is killed between a run and its version. */
  private static void leaveHalfOf(MlflowClient client, ModelVersion model) {
    client.createRun(
        CreateRun.newBuilder()
            .setExperimentId(experiment(client))
            .addTags(
                RunTag.newBuilder().setKey(MlflowServer.KEY_TAG).setValue(MlflowServer.key(model)))
            .addTags(RunTag.newBuilder().setKey("anabranch.training").setValue("fourth"))
            .build());
  }

  private static void assertIsComplete(MlflowClient client) throws Exception {
    JsonNode run = runs(client).get(0);
    assertThat(run.at("/info/status").asText()).isEqualTo("FINISHED");
    assertThat(entries(run.at("/data/params")))
        .contains("algorithm=trees", "data.batch_run=batch", "label=purchase within PT24H");
    assertThat(entries(run.at("/data/metrics"))).contains("auc=0.7", "log_loss=0.1");
    String id = run.at("/info/run_id").asText();
    assertThat(read(client, "artifacts/list?run_id=" + id).at("/files/0/path").asText())
        .isEqualTo(CardUpload.FILE);
    assertThat(versions(client).get(0).path("run_id").asText()).isEqualTo(id);
  }

  private static void awaitChampion(MlflowClient client, String training) {
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(
            () ->
                tags(
                    List.of(
                        read(
                                client,
                                "registered-models/alias?name=%s&alias=champion"
                                    .formatted(MlflowServer.MODEL))
                            .path("model_version")),
                    "/tags"),
            List.of(training)::equals);
  }

  private static String experiment(MlflowClient client) {
    return client.getExperimentByName(MlflowServer.EXPERIMENT).orElseThrow().getExperimentId();
  }

  private static List<JsonNode> runs(MlflowClient client) throws Exception {
    String all = "{\"experiment_ids\": [\"%s\"], \"max_results\": 100}";
    return list(
        JSON.readTree(client.sendPost("runs/search", all.formatted(experiment(client)))), "runs");
  }

  private static List<JsonNode> versions(MlflowClient client) throws Exception {
    return list(read(client, "model-versions/search"), "model_versions");
  }

  private static JsonNode read(MlflowClient client, String path) throws Exception {
    return JSON.readTree(client.sendGet(path));
  }

  private static List<JsonNode> list(JsonNode answer, String field) {
    return StreamSupport.stream(answer.path(field).spliterator(), false).toList();
  }

  /** The trainings that runs or versions name. */
  private static List<String> tags(List<JsonNode> all, String at) {
    String tag = "anabranch.training=";
    return all.stream()
        .flatMap(one -> entries(one.at(at)))
        .filter(entry -> entry.startsWith(tag))
        .map(entry -> entry.substring(tag.length()))
        .toList();
  }

  private static Stream<String> entries(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(entry -> entry.path("key").asText() + "=" + entry.path("value").asText());
  }
}
