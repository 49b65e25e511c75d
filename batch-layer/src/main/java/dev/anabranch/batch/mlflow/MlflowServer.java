package dev.anabranch.batch.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelVersion;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mlflow.api.proto.ModelRegistry;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.ModelVersionsPage;

/**
 * What the mirror asks of one MLflow. Every change may be made again: what is there already is
 * found by its tag. All methods throw {@link PlatformException} where MLflow is away or refuses,
 * after which this object is of no use.
 */
final class MlflowServer implements AutoCloseable {
  static final String EXPERIMENT = "anabranch";
  static final String MODEL = "anabranch-lead-score";
  static final String CHAMPION = "champion";

  /** On runs and on versions of the model: which model of which registry they are. */
  static final String KEY_TAG = "anabranch.model";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 200;

  private final BoundedClient bounded;
  private final CardUpload upload;

  /**
   * @param limit of one question or change
   */
  MlflowServer(URI url, Duration limit) {
    this.bounded = new BoundedClient(url, limit);
    this.upload = new CardUpload(url, limit);
  }

  /** Which model it is, among those of all registries that this MLflow has seen. */
  static String key(ModelVersion model) {
    return model.version() + "@" + model.registeredAt();
  }

  /**
   * MLflow's versions by their {@link #key}: of models whose run is complete, since a version is
   * made last.
   */
  Map<String, String> versions() {
    return bounded.call(
        "list the versions of " + MODEL,
        client -> {
          Map<String, String> versions = new HashMap<>();
          ModelVersionsPage page =
              client.searchModelVersions("name = '" + MODEL + "'", PAGE, List.of());
          collect(page, versions);
          while (page.hasNextPage()) {
            page = (ModelVersionsPage) page.getNextPage();
            collect(page, versions);
          }
          return versions;
        });
  }

  private static void collect(ModelVersionsPage page, Map<String, String> into) {
    for (ModelRegistry.ModelVersion version : page.getItems()) {
      version.getTagsList().stream()
          .filter(tag -> tag.getKey().equals(KEY_TAG))
          .forEach(tag -> into.put(tag.getValue(), version.getVersion()));
    }
  }

  /**
   * Makes a model's run and its version.
   *
   * @return the version as MLflow names it
   */
  String add(ModelVersion model, LakeLayout lake) {
    String files = lake.table(model.folder()).toString();
    Map<String, String> tags =
        Map.of(
            KEY_TAG,
            key(model),
            "anabranch.version",
            Long.toString(model.version()),
            "anabranch.training",
            model.card().path("run_id").asText(),
            "anabranch.files",
            files);
    return bounded.call(
        "add model " + model.version(),
        client -> {
          RunInfo run = run(client, model, tags);
          log(client, run.getRunId(), model);
          upload.put(URI.create(run.getArtifactUri()), model.card());
          client.setTerminated(
              run.getRunId(), RunStatus.FINISHED, model.registeredAt().toEpochMilli());
          requireModel(client);
          // MLflow refuses a version whose files are on a disk of somebody's.
          boolean onDisk = "file".equals(lake.root().getScheme());
          String source = onDisk ? run.getArtifactUri() : files;
          return version(client, model, run.getRunId(), source, tags);
        });
  }

  /** Gives that version the alias {@code champion}, which no other has then. */
  void champion(String version) {
    bounded.call(
        "make version " + version + " the " + CHAMPION,
        client ->
            post(
                client,
                "registered-models/alias",
                JSON.createObjectNode()
                    .put("name", MODEL)
                    .put("alias", CHAMPION)
                    .put("version", version)));
  }

  private static RunInfo run(MlflowClient client, ModelVersion model, Map<String, String> tags) {
    String experiment = experiment(client);
    String isIt = "tags.`%s` = '%s'".formatted(KEY_TAG, key(model));
    List<Run> known =
        client.searchRuns(List.of(experiment), isIt, ViewType.ACTIVE_ONLY, 1).getItems();
    if (!known.isEmpty()) {
      return known.get(0).getInfo();
    }
    CreateRun.Builder run =
        CreateRun.newBuilder()
            .setExperimentId(experiment)
            .setRunName("model %d, %s".formatted(model.version(), model.algorithm()))
            .setUserId("anabranch")
            .setStartTime(model.registeredAt().toEpochMilli());
    tags.forEach((key, value) -> run.addTags(RunTag.newBuilder().setKey(key).setValue(value)));
    return client.createRun(run.build());
  }

  private static String experiment(MlflowClient client) {
    List<Experiment> known =
        client
            .searchExperiments("name = '" + EXPERIMENT + "'", ViewType.ACTIVE_ONLY, 1, List.of())
            .getItems();
    return known.isEmpty() ? client.createExperiment(EXPERIMENT) : known.get(0).getExperimentId();
  }

  private static void log(MlflowClient client, String run, ModelVersion model) {
    Metric.Builder metric =
        Metric.newBuilder().setTimestamp(model.registeredAt().toEpochMilli()).setStep(0);
    List<Metric> metrics = new ArrayList<>();
    CardEntries.metrics(model.card())
        .forEach((name, value) -> metrics.add(metric.setKey(name).setValue(value).build()));
    List<Param> parameters = new ArrayList<>();
    CardEntries.parameters(model.card())
        .forEach(
            (name, value) ->
                parameters.add(Param.newBuilder().setKey(name).setValue(value).build()));
    client.logBatch(run, metrics, parameters, List.of());
  }

  private static void requireModel(MlflowClient client) {
    String filter = URLEncoder.encode("name = '" + MODEL + "'", StandardCharsets.UTF_8);
    if (json(client.sendGet("registered-models/search?filter=" + filter))
        .path("registered_models")
        .isEmpty()) {
      post(client, "registered-models/create", JSON.createObjectNode().put("name", MODEL));
    }
  }

  private static String version(
      MlflowClient client,
      ModelVersion model,
      String run,
      String source,
      Map<String, String> tags) {
    ObjectNode version =
        JSON.createObjectNode()
            .put("name", MODEL)
            .put("source", source)
            .put("run_id", run)
            .put("description", model.card().path("label").asText());
    tags.forEach(
        (key, value) -> version.withArray("tags").addObject().put("key", key).put("value", value));
    return post(client, "model-versions/create", version).at("/model_version/version").asText();
  }

  private static JsonNode post(MlflowClient client, String path, ObjectNode body) {
    return json(client.sendPost(path, body.toString()));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException("an answer that is no JSON: " + text, e);
    }
  }

  @Override
  public void close() {
    bounded.close();
  }
}
