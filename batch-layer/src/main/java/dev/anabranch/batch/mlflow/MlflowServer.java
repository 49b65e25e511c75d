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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
 * One MLflow, asked through its own client. Every change may be made again: what is there already
 * is found by its tag. For one thread.
 */
final class MlflowServer implements AutoCloseable {
  static final String EXPERIMENT = "anabranch";
  static final String MODEL = "anabranch-lead-score";
  static final String CHAMPION = "champion";

  /** On runs and on versions of the model: which model of which lake's registry they are. */
  static final String KEY_TAG = "anabranch.model";

  static final String CARD = "model-card.json";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 200;

  private final URI url;
  private final Duration limit;
  private final MlflowClient client;

  /** Of HTTP 1.1: servers of its kind lose a body behind an offer of 2. */
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "mlflow-limit");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param limit of one question or change. The client waits for ever, so it is closed then: this
   *     object is of no use after that
   */
  MlflowServer(URI url, Duration limit) {
    this.url = url;
    this.limit = limit;
    this.client = new MlflowClient(url.toString());
  }

  /** Which model it is, among those of all registries that this MLflow has seen. */
  static String key(ModelVersion model) {
    return model.version() + "@" + model.registeredAt();
  }

  /**
   * The versions of the model by their {@link #key}: those whose run is complete, since a version
   * is made last.
   */
  Map<String, String> versions() {
    return bounded(
        "list the versions of " + MODEL,
        () -> {
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
   * @return the version's name in MLflow
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
    return bounded(
        "add model " + model.version(),
        () -> {
          RunInfo run = run(model, tags);
          String id = run.getRunId();
          log(id, model);
          putCard(run.getArtifactUri(), model);
          client.setTerminated(id, RunStatus.FINISHED, model.registeredAt().toEpochMilli());
          requireModel();
          // MLflow refuses a version whose files are on a disk of somebody's.
          boolean onDisk = "file".equals(lake.root().getScheme());
          return version(model, id, onDisk ? run.getArtifactUri() : files, tags);
        });
  }

  /** Gives that version the alias {@code champion}, which no other has then. */
  void champion(String version) {
    bounded(
        "make version " + version + " the " + CHAMPION,
        () ->
            post(
                "registered-models/alias",
                JSON.createObjectNode()
                    .put("name", MODEL)
                    .put("alias", CHAMPION)
                    .put("version", version)));
  }

  private RunInfo run(ModelVersion model, Map<String, String> tags) {
    String experiment = experiment();
    List<Run> known =
        client
            .searchRuns(
                List.of(experiment),
                "tags.`%s` = '%s'".formatted(KEY_TAG, key(model)),
                ViewType.ACTIVE_ONLY,
                1)
            .getItems();
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

  private String experiment() {
    List<Experiment> known =
        client
            .searchExperiments("name = '" + EXPERIMENT + "'", ViewType.ACTIVE_ONLY, 1, List.of())
            .getItems();
    return known.isEmpty() ? client.createExperiment(EXPERIMENT) : known.get(0).getExperimentId();
  }

  private void log(String run, ModelVersion model) {
    long at = model.registeredAt().toEpochMilli();
    List<Metric> metrics = new ArrayList<>();
    CardEntries.metrics(model.card())
        .forEach(
            (name, value) ->
                metrics.add(
                    Metric.newBuilder()
                        .setKey(name)
                        .setValue(value)
                        .setTimestamp(at)
                        .setStep(0)
                        .build()));
    List<Param> parameters = new ArrayList<>();
    CardEntries.parameters(model.card())
        .forEach(
            (name, value) ->
                parameters.add(Param.newBuilder().setKey(name).setValue(value).build()));
    client.logBatch(run, metrics, parameters, List.of());
  }

  /**
   * The client hands files over by MLflow's command line, which is not there; a server that takes
   * them itself says so in the run's address.
   */
  private void putCard(String artifacts, ModelVersion model) {
    URI folder = URI.create(artifacts);
    if (!"mlflow-artifacts".equals(folder.getScheme())) {
      return;
    }
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "%s/api/2.0/mlflow-artifacts/artifacts%s/%s"
                        .formatted(base(), folder.getRawPath(), CARD)))
            .timeout(limit)
            .PUT(HttpRequest.BodyPublishers.ofString(model.card().toPrettyString()))
            .build();
    try {
      HttpResponse<String> answer =
          http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            "%s of %s: %s".formatted(answer.statusCode(), CARD, answer.body()));
      }
    } catch (IOException e) {
      throw new IllegalStateException(CARD + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void requireModel() {
    String filter = URLEncoder.encode("name = '" + MODEL + "'", StandardCharsets.UTF_8);
    if (json(client.sendGet("registered-models/search?filter=" + filter))
        .path("registered_models")
        .isEmpty()) {
      post("registered-models/create", JSON.createObjectNode().put("name", MODEL));
    }
  }

  private String version(ModelVersion model, String run, String source, Map<String, String> tags) {
    ObjectNode version =
        JSON.createObjectNode()
            .put("name", MODEL)
            .put("source", source)
            .put("run_id", run)
            .put("description", model.card().path("label").asText());
    tags.forEach(
        (key, value) -> version.withArray("tags").addObject().put("key", key).put("value", value));
    return post("model-versions/create", version).at("/model_version/version").asText();
  }

  private JsonNode post(String path, ObjectNode body) {
    return json(client.sendPost(path, body.toString()));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException("an answer that is no JSON: " + text, e);
    }
  }

  private String base() {
    return url.toString().replaceAll("/+$", "");
  }

  /** Work that may fail with whatever the client throws. */
  private interface Work<T> {
    T get();
  }

  private <T> T bounded(String what, Work<T> work) {
    // Again and again: what it has not begun yet cannot be closed.
    Future<?> end =
        watch.scheduleWithFixedDelay(
            client::close, limit.toMillis(), limit.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return work.get();
    } catch (RuntimeException e) {
      throw PlatformException.external(
          "MLflow at %s: cannot %s: %s".formatted(url, what, reason(e)), e);
    } finally {
      end.cancel(false);
    }
  }

  private static String reason(RuntimeException e) {
    return Optional.ofNullable(e.getCause())
        .map(Throwable::getMessage)
        .orElse(String.valueOf(e.getMessage()));
  }

  @Override
  public void close() {
    watch.shutdownNow();
    client.close();
  }
}
