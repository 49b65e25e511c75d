package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.lake.PromotionRule;
import dev.anabranch.serving.airflow.AirflowRuns;
import dev.anabranch.serving.http.Access;
import dev.anabranch.serving.http.ApiServer;
import dev.anabranch.serving.http.Metrics;
import dev.anabranch.serving.http.Route;
import dev.anabranch.serving.state.LakeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** The real server over a lake. Every answer is held against the OpenAPI document. */
final class TestApi implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OpenApi DOCUMENT = OpenApi.load();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Metrics metrics = new Metrics();
  private final LakeState lake;
  private final List<Route> routes;
  private final ApiServer server;

  /** An answer; a body that is not JSON is missing. */
  record Answer(int status, HttpResponse<byte[]> http, JsonNode body) {
    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }
  }

  /** On a free port. */
  TestApi(TestLake testLake, Map<String, ?> flags) {
    this(testLake, flags, 0);
  }

  TestApi(TestLake testLake, Map<String, ?> flags, int port) {
    Settings settings = testLake.settings(flags);
    lake = LakeState.start(settings, Clock.systemUTC(), metrics);
    metrics.follow(lake);
    routes =
        Routes.of(
            lake,
            Access.of(settings),
            metrics,
            () -> testLake.generations().request().number(),
            new PromotionRule(0.6, 1.5),
            AirflowRuns.of(settings.airflow()));
    server =
        ApiServer.start(
            "127.0.0.1",
            port,
            ApiServer.Limits.DEFAULT,
            metrics,
            config -> Routes.register(config, routes));
    Awaitility.await().until(() -> send("GET", "/readyz", "").status() == 200);
  }

  URI url() {
    return server.url();
  }

  List<Route> routes() {
    return routes;
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A good answer. */
  JsonNode get(String target) {
    Answer answer = send("GET", target, "");
    assertThat(answer.status()).as("%s: %s", target, answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** A problem of this status. */
  JsonNode refused(int status, String target) {
    return refused(send("GET", target, ""), status);
  }

  static JsonNode refused(Answer answer, int status) {
    assertThat(answer.status())
        .as("%s: %s", answer.http().request(), answer.body())
        .isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.body().path("status").asInt()).isEqualTo(status);
    assertThat(answer.body().path("title").asText()).isNotBlank();
    assertThat(answer.body().path("detail").asText()).isNotBlank().doesNotContain("Exception");
    return answer.body();
  }

  /** A 400 that blames this parameter. */
  void blamed(String parameter, String target) {
    assertThat(refused(400, target).path("parameter").asText()).as(target).isEqualTo(parameter);
  }

  Answer post(String target, String json, String... headers) {
    return send("POST", target, json, headers);
  }

  Answer send(String method, String target, String json, String... headers) {
    Answer answer = sendUnchecked(method, target, json, headers);
    check(method, target, answer);
    return answer;
  }

  /** As {@link #send}, for calls that the document does not describe. */
  Answer sendUnchecked(String method, String target, String json, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + target))
            .timeout(Duration.ofSeconds(20))
            .method(
                method,
                json.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(json));
    if (!json.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<byte[]> http =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(http.statusCode(), http, json(http));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(HttpResponse<byte[]> http) throws IOException {
    String type = http.headers().firstValue("Content-Type").orElse("");
    return type.contains("json") && http.body().length > 0
        ? JSON.readTree(http.body())
        : JSON.missingNode();
  }

  private static void check(String method, String target, Answer answer) {
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.http().headers().firstValue("Server")).isEmpty();
    if (!answer.body().isMissingNode()) {
      String path = target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
      String type = answer.header("Content-Type");
      DOCUMENT.check(method, path, answer.status(), type, answer.body());
    }
  }

  /** Waits until answers hold this speed epoch. */
  void awaitSpeed(long epoch) {
    await("/v1/views/activity?limit=1", "speed_epoch", Long.toString(epoch));
  }

  /** Waits until answers hold this epoch of Kappa. */
  void awaitKappa(long epoch) {
    await("/v1/views/activity?limit=1&architecture=kappa", "kappa_epoch", Long.toString(epoch));
  }

  /** Waits until answers start from this batch run. */
  void awaitRun(String runId) {
    await("/v1/views/activity?limit=1", "batch_run", runId);
  }

  private void await(String target, String field, String value) {
    Awaitility.await().until(() -> get(target).path("as_of").path(field).asText().equals(value));
  }

  @Override
  public void close() {
    server.close();
    lake.close();
    metrics.close();
  }
}
