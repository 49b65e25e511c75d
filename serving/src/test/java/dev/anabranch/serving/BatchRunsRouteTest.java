package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.RunIds;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.RunState;
import dev.anabranch.serving.query.RandomEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchRunsRouteTest {
  private static final String RUNS = "/v1/batch-runs";

  @TempDir private Path folder;

  /** A lake with one speed epoch. */
  private TestLake lake() {
    TestLake lake = new TestLake(folder);
    lake.send(RandomEvents.of(1, 0, 50, 10));
    lake.speedEpoch();
    return lake;
  }

  private static TestApi api(TestLake lake) {
    TestApi api = new TestApi(lake, Map.of());
    api.awaitSpeed(1);
    return api;
  }

  private static String body(String id) {
    return "{\"run_id\":\"" + id + "\"}";
  }

  private static void end(TestLake lake, String id, RunState state) {
    RunLedger runs = lake.runs();
    Optional<BatchRun.Figures> figures =
        state == RunState.SUCCEEDED
            ? Optional.of(new BatchRun.Figures(50, 48, 1, 1, 50))
            : Optional.empty();
    Optional<String> error = state == RunState.FAILED ? Optional.of("it broke") : Optional.empty();
    assertThat(
            runs.finish(
                runs.ledger().find(id).orElseThrow(), state, figures, new TreeMap<>(), error))
        .isTrue();
  }

  @Test
  void aRunIsAskedForOnce() {
    TestLake lake = lake();
    try (TestApi api = api(lake)) {
      TestApi.Answer started = api.post(RUNS, body("a:1"));
      assertThat(started.status()).isEqualTo(202);
      assertThat(started.header("Location")).isEqualTo("/v1/batch-runs/a:1");
      assertThat(started.body().path("state").asText()).isEqualTo("running");
      assertThat(started.body().path("boundary"))
          .isEqualTo(api.get("/v1/views/activity").at("/as_of/until_offsets"));
      assertThat(started.body().path("records").isNull()).isTrue();
      assertThat(api.get(started.header("Location"))).isEqualTo(started.body());
      assertThat(api.get(RUNS + "/a%3A1")).isEqualTo(started.body());

      TestApi.Answer again = api.post(RUNS, body("a:1"));
      assertThat(again.status()).isEqualTo(200);
      assertThat(again.body()).isEqualTo(started.body());

      JsonNode busy = TestApi.refused(api.post(RUNS, body("b")), 409);
      assertThat(busy.path("detail").asText()).contains("a:1");
      assertThat(busy.path("run_id").asText()).isEqualTo("a:1");
      TestApi.refused(api.post(RUNS, ""), 409);

      end(lake, "a:1", RunState.SUCCEEDED);
      TestApi.Answer done = api.post(RUNS, body("a:1"));
      assertThat(done.status()).isEqualTo(200);
      assertThat(done.body().path("state").asText()).isEqualTo("succeeded");
      assertThat(done.body().path("records").asLong()).isEqualTo(50);
      assertThat(done.body().path("events").asLong()).isEqualTo(48);
      TestApi.refused(api.post(RUNS + "/a:1/cancel", ""), 409);
    }
  }

  @Test
  void aRunThatFailedGoesOnWithItsBoundary() {
    TestLake lake = lake();
    try (TestApi api = api(lake)) {
      JsonNode first = api.post(RUNS, body("a")).body();
      end(lake, "a", RunState.FAILED);
      JsonNode failed = api.get(RUNS + "/a");
      assertThat(failed.path("state").asText()).isEqualTo("failed");
      assertThat(failed.path("error").asText()).isEqualTo("it broke");
      JsonNode conflict = TestApi.refused(api.post(RUNS + "/a/cancel", ""), 409);
      assertThat(conflict.path("state").asText()).isEqualTo("failed");
      lake.send(RandomEvents.of(2, 50, 50, 10));
      api.awaitSpeed(lake.speedEpoch().epoch());
      TestApi.Answer second = api.post(RUNS, body("a"));
      assertThat(second.status()).isEqualTo(202);
      assertThat(second.body().path("boundary")).isEqualTo(first.path("boundary"));
    }
  }

  @Test
  void aRunIsCancelledOnce() {
    TestLake lake = lake();
    try (TestApi api = api(lake)) {
      api.post(RUNS, body("a"));
      TestApi.Answer cancelled = api.post(RUNS + "/a/cancel", "{}");
      assertThat(cancelled.status()).isEqualTo(202);
      assertThat(cancelled.body().path("state").asText()).isEqualTo("cancelled");
      assertThat(api.post(RUNS + "/a/cancel", "").status()).isEqualTo(200);
      assertThat(api.get(RUNS + "/a").path("state").asText()).isEqualTo("cancelled");
      assertThat(api.post(RUNS, body("a")).status()).isEqualTo(202);
      TestApi.refused(api.post(RUNS + "/nobody/cancel", ""), 404);
      assertThat(
              TestApi.refused(api.post(RUNS + "/a%20b/cancel", ""), 400).path("parameter").asText())
          .isEqualTo("run_id");
    }
  }

  @Test
  void withoutAnIdThePlatformMakesOne() {
    try (TestApi api = api(lake())) {
      for (String body : List.of("", "{}")) {
        TestApi.Answer answer = api.post(RUNS, body);
        assertThat(answer.status()).isEqualTo(202);
        String id = answer.body().path("run_id").asText();
        assertThat(RunIds.isId(id)).isTrue();
        api.post(RUNS + "/" + TestApi.encoded(id) + "/cancel", "");
      }
      assertThat(api.get(RUNS).path("batch_runs")).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"run_id\":\"\"}",
        "{\"run_id\":\"a b\"}",
        "{\"run_id\":\"..\"}",
        "{\"run_id\":\".\"}",
        "{\"run_id\":\"a/b\"}",
        "{\"run_id\":\"gr\u00F6\u00DFe\"}",
        "{\"run_id\":\"a\\u0000\"}",
        "{\"run_id\":\"\\ud83d\"}",
        "{\"run_id\":5}",
        "{\"run_id\":null}",
        "{\"run_id\":[]}",
        "{\"run_id\":\"a\",\"run_id\":\"a\"}",
        "{\"run_id\":\"a\",\"more\":1}",
        "{\"runId\":\"a\"}",
        "{\"\\ud83d\":\"a\"}",
        "{\"run_id\":\"a\"} x",
        "[]",
        "null",
        "\"a\"",
        "{",
        "a"
      })
  void badBodiesAreRefused(String body) {
    try (TestApi api = api(lake())) {
      JsonNode problem = TestApi.refused(api.post(RUNS, body), 400);
      if (body.startsWith("{\"run_id\":") && !body.contains("more") && !body.contains("} x")) {
        assertThat(problem.path("parameter").asText()).isEqualTo("run_id");
      }
      assertThat(api.get(RUNS).path("batch_runs")).isEmpty();
    }
  }

  @Test
  void idsAreAsLongAsTheyMayBe() {
    try (TestApi api = api(lake())) {
      String longest = "A9_.~:+-".repeat(32).substring(0, 250);
      TestApi.refused(api.post(RUNS, body(longest + "x")), 400);
      assertThat(api.post(RUNS, body(longest)).status()).isEqualTo(202);
      assertThat(api.get(RUNS + "/" + longest).path("run_id").asText()).isEqualTo(longest);
      assertThat(api.get(RUNS + "/" + TestApi.encoded(longest)).path("run_id").asText())
          .isEqualTo(longest);
      api.refused(404, RUNS + "/other");
      for (String bad :
          List.of(longest + "x", "a%2Fb", "%2E%2E%2F", "a;b", "%20", "a%00", "%C3%B6")) {
        assertThat(RawTarget.status(api.url(), RUNS + "/" + bad)).isEqualTo(400);
      }
      assertThat(RawTarget.status(api.url(), RUNS + "/..")).isEqualTo(400);
      api.blamed("limit", RUNS + "/other?limit=5");
      api.blamed("limit", RUNS + "?limit=x");
      assertThat(TestApi.refused(api.post(RUNS + "?run_id=a", ""), 400).path("parameter").asText())
          .isEqualTo("run_id");
    }
  }

  @Test
  void runsComeNewestFirstAndAPageGoesOnInItsVersion() {
    TestLake lake = lake();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      lake.run("run-" + i);
      ids.add(0, "run-" + i);
    }
    try (TestApi api = api(lake)) {
      JsonNode page = api.get(RUNS + "?limit=3");
      List<String> seen = new ArrayList<>(page.path("batch_runs").findValuesAsText("run_id"));
      lake.run("later");
      assertThat(api.get(RUNS + "?limit=1").at("/batch_runs/0/run_id").asText()).isEqualTo("later");
      String first = page.path("next_cursor").asText();
      while (!page.path("next_cursor").isNull()) {
        page = api.get(RUNS + "?limit=3&cursor=" + page.path("next_cursor").asText());
        seen.addAll(page.path("batch_runs").findValuesAsText("run_id"));
      }
      assertThat(seen).isEqualTo(ids);
      api.blamed("cursor", RUNS + "?limit=4&cursor=" + first);
      api.blamed("cursor", RUNS + "?limit=3&cursor=x");
      try (TestApi other = api(lake)) {
        other.refused(410, RUNS + "?limit=3&cursor=" + first);
      }
    }
  }

  @Test
  void beforeASpeedEpochIsKnownThereIsNowhereToBegin() throws IOException {
    // No genesis either: the folder is empty.
    Path own = Files.createDirectory(folder.resolve("empty"));
    TestLake lake = new TestLake(folder.resolve("other"));
    try (TestApi api = new TestApi(lake, Map.of("lake.uri", own.toUri().toString()))) {
      TestApi.Answer answer = api.post(RUNS, body("a"));
      TestApi.refused(answer, 503);
      assertThat(answer.header("Retry-After")).isNotEmpty();
      assertThat(api.get(RUNS).path("batch_runs")).isEmpty();
    }
  }

  @Test
  void changingCallsNeedTheToken() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), " the-token\n");
    TestLake lake = lake();
    try (TestApi api = new TestApi(lake, Map.of("api.token_file", token.toString()))) {
      api.awaitSpeed(1);
      for (String target : List.of(RUNS, RUNS + "/a/cancel", "/v1/pipelines/kappa/reprocess")) {
        TestApi.Answer none = api.post(target, "");
        TestApi.refused(none, 401);
        assertThat(none.header("WWW-Authenticate")).startsWith("Bearer");
        TestApi.refused(api.post(target, "", "Authorization", "Basic dGhlLXRva2Vu"), 401);
        TestApi.refused(api.post(target, "", "Authorization", "Bearer"), 401);
        TestApi.refused(api.post(target, "", "Authorization", "the-token"), 401);
        TestApi.refused(api.post(target, "", "Authorization", "Bearer the-toke"), 403);
        TestApi.refused(api.post(target, "", "Authorization", "Bearer the-token2"), 403);
        TestApi.refused(api.post(target, "{", "Authorization", "Bearer x"), 403);
      }
      assertThat(api.get(RUNS).path("batch_runs")).isEmpty();
      assertThat(api.post(RUNS, "", "Authorization", "Bearer the-token").status()).isEqualTo(202);
      // What changes nothing needs no token; the scheme's name is in any case.
      assertThat(api.get(RUNS).path("batch_runs")).hasSize(1);
      assertThat(
              api.post("/v1/pipelines/kappa/reprocess", "", "Authorization", "bearer  the-token")
                  .status())
          .isEqualTo(202);
    }
  }

  @Test
  void pagesOfOtherSitesMayNotChangeAnything() {
    try (TestApi api = api(lake())) {
      TestApi.refused(api.post(RUNS, "", "Origin", "http://elsewhere.example"), 403);
      TestApi.refused(api.post(RUNS, "", "Origin", "null"), 403);
      TestApi.refused(api.post(RUNS, "", "Origin", "%%%"), 403);
      TestApi.refused(api.post(RUNS, "", "Origin", "http://127.0.0.1:1"), 403);
      assertThat(api.post(RUNS, "", "Origin", api.url().toString()).status()).isEqualTo(202);
    }
  }
}
