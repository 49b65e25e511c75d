package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.lake.Generation;
import dev.anabranch.serving.http.Route;
import dev.anabranch.serving.query.RandomEvents;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines, health, metrics, the index and the document. */
class OperationsRouteTest {
  @TempDir private static Path folder;
  private static TestLake lake;
  private static TestApi api;

  @BeforeAll
  static void start() throws Exception {
    lake = new TestLake(folder);
    lake.send(RandomEvents.of(1, 0, 50, 10));
    lake.speedEpoch();
    lake.kappaEpoch();
    api = new TestApi(lake, Map.of());
    api.awaitSpeed(1);
    api.awaitKappa(1);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void pipelinesStandWhereTheirTablesSay() {
    JsonNode pipelines = api.get("/v1/pipelines").path("pipelines");
    assertThat(pipelines.findValuesAsText("name")).containsExactly("speed", "kappa");
    JsonNode kappa = api.get("/v1/pipelines/kappa");
    assertThat(kappa.path("name").asText()).isEqualTo("kappa");
    assertThat(kappa.path("epoch").asLong()).isEqualTo(1);
    api.refused(404, "/v1/pipelines/batch");
    api.refused(404, "/v1/pipelines/%2F");
    api.refused(404, "/v1/pipelines/Speed");
    api.blamed("limit", "/v1/pipelines?limit=1");
    api.blamed("limit", "/v1/pipelines/speed?limit=1");
  }

  @Test
  void reprocessingIsAskedForOnce() {
    TestApi.Answer answer = api.post("/v1/pipelines/kappa/reprocess", "");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body().path("generation").asLong()).isEqualTo(2);
    assertThat(api.post("/v1/pipelines/kappa/reprocess", "{}").body()).isEqualTo(answer.body());
    assertThat(lake.generations().building())
        .contains(new Generation(2, Generation.State.BUILDING));
    TestApi.refused(api.post("/v1/pipelines/kappa/reprocess", "{\"x\":1}"), 400);
    TestApi.refused(api.sendUnchecked("POST", "/v1/pipelines/speed/reprocess", ""), 404);
    TestApi.Answer get = api.sendUnchecked("GET", "/v1/pipelines/kappa/reprocess", "");
    TestApi.refused(get, 405);
    assertThat(get.header("Allow")).isEqualTo("POST");
  }

  @Test
  void whatWasLeftOutIsAskedForNothing() {
    Optional<Generation> before = lake.generations().building();
    try (TestApi without = new TestApi(lake, Map.of("left_out", "kappa,batch"))) {
      assertThat(without.get("/v1/pipelines/kappa").path("state").asText()).isEqualTo("stopped");
      JsonNode refused = TestApi.refused(without.post("/v1/pipelines/kappa/reprocess", ""), 503);
      assertThat(refused.path("detail").asText()).contains("--without kappa");
      assertThat(TestApi.refused(without.post("/v1/batch-runs", ""), 503).path("detail").asText())
          .contains("--without batch");
    }
    assertThat(lake.generations().building()).isEqualTo(before);
  }

  @Test
  void healthIsTold() {
    assertThat(api.get("/livez").path("status").asText()).isEqualTo("alive");
    assertThat(api.get("/readyz?verbose").path("status").asText()).isEqualTo("ready");
  }

  @Test
  void metricsAreThoseOfPrometheus() {
    api.get("/v1/views/activity");
    TestApi.Answer answer = api.send("GET", "/metrics", "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("text/plain; version=0.0.4");
    String text = new String(answer.http().body(), StandardCharsets.UTF_8);
    assertThat(text)
        .contains(
            "anabranch_visible_epoch{pipeline=\"speed\"} 1.0",
            "anabranch_visible_epoch{pipeline=\"kappa\"} 1.0",
            "anabranch_freshness_millis{pipeline=\"speed\",quantile=\"0.99\"}",
            "anabranch_lag_events{pipeline=\"kappa\"}",
            "anabranch_http_requests_seconds_count{method=\"GET\",route=\"/v1/views/activity\",status=\"200\"}",
            "jvm_memory_used_bytes")
        .contains("# HELP anabranch_")
        .doesNotContainPattern("# HELP anabranch_[a-z_]+ *\\n");
    assertThat(text.lines().filter(line -> !line.startsWith("#")))
        .allMatch(line -> line.matches("[a-z_][a-z0-9_]*(\\{.*})? \\S+"));
  }

  @Test
  void theIndexListsTheRoutes() {
    TestApi.Answer html = api.send("GET", "/", "", "Accept", "text/html");
    assertThat(html.header("Content-Type")).startsWith("text/html");
    assertThat(new String(html.http().body(), StandardCharsets.UTF_8))
        .contains("/v1/views/activity", "</html>");
    JsonNode json = api.send("GET", "/", "", "Accept", "application/json").body();
    assertThat(json.path("routes").size()).isEqualTo(api.routes().size());
  }

  @Test
  void theDocumentDescribesTheRoutesThatThereAre() {
    OpenApi document = OpenApi.load();
    List<String> routes =
        api.routes().stream().map(route -> route.method() + " " + route.path()).toList();
    assertThat(document.routes()).containsExactlyInAnyOrderElementsOf(routes);
    assertThat(api.get("/openapi.json")).isEqualTo(document.document());
  }

  /** A route refuses a parameter that is not its own, and says which are. */
  @Test
  void theDocumentDescribesTheParametersThatThereAre() {
    for (Route route : api.routes()) {
      if (!route.path().startsWith("/v1/")) {
        continue;
      }
      String path =
          route
              .path()
              .replace("{lead_id}", "a")
              .replace("{run_id}", "a")
              .replace("{version}", "1")
              .replace("{name}", "speed");
      String detail =
          TestApi.refused(api.send(route.method(), path + "?nothing=1", ""), 400)
              .path("detail")
              .asText();
      Set<String> described = OpenApi.load().queryParameters(route.method(), path);
      assertThat(detail)
          .endsWith(
              described.isEmpty() ? "has none." : "has " + String.join(", ", described) + ".");
    }
  }

  @Test
  void headAnswersLikeGet() {
    for (Route route : api.routes()) {
      if (route.method().equals("GET") && !route.path().contains("{")) {
        TestApi.Answer head = api.send("HEAD", route.path(), "");
        assertThat(head.status()).as(route.path()).isEqualTo(200);
        assertThat(head.http().body()).isEmpty();
      }
    }
    assertThat(api.send("HEAD", "/v1/views/leads/nobody", "").status()).isEqualTo(404);
    assertThat(api.send("HEAD", "/v1/views/activity?limit=0", "").status()).isEqualTo(400);
  }

  @Test
  void otherMethodsAreNamed() {
    for (Route route : api.routes()) {
      String path = route.path().replaceAll("\\{[a-z_]+}", "a");
      TestApi.Answer answer = api.sendUnchecked("DELETE", path, "");
      TestApi.refused(answer, 405);
      assertThat(answer.header("Allow")).contains(route.method());
    }
    assertThat(api.sendUnchecked("PUT", "/v1/batch-runs", "{}").header("Allow"))
        .isEqualTo("GET, POST, HEAD");
  }

  @Test
  void anEmptyFolderIsServed(@TempDir Path own) throws Exception {
    Path empty = Files.createDirectory(own.resolve("lake"));
    try (TestApi nothing = new TestApi(lake, Map.of("lake.uri", empty.toUri().toString()))) {
      for (String architecture : List.of("lambda", "batch", "speed", "kappa")) {
        for (String view : List.of("activity", "leads")) {
          JsonNode answer =
              nothing.get("/v1/views/%s?architecture=%s".formatted(view, architecture));
          assertThat(answer.path("rows")).isEmpty();
          assertThat(answer.at("/as_of/batch_run").isNull()).isTrue();
        }
      }
      nothing.get("/v1/comparison/activity");
      nothing.get("/v1/quarantine");
      nothing.get("/v1/batch-runs");
      nothing.get("/v1/pipelines");
      nothing.refused(404, "/v1/views/leads/a");
    }
  }
}
