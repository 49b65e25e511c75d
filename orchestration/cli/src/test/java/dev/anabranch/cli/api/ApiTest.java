package dev.anabranch.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.anabranch.cli.failure.CommandFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiTest {

  @Test
  void sendsTheTokenWithChangesOnly() throws Exception {
    try (FakeServing serving =
        new FakeServing()
            .answer("GET /v1/batch-runs", 200, "{\"a\":1}")
            .answer("POST /v1/batch-runs", 202, "{\"run_id\":\"r\"}")) {
      Api api = new Api(serving.url(), "secret");
      assertThat(api.get("/v1/batch-runs").path("a").asInt()).isEqualTo(1);
      assertThat(api.post("/v1/batch-runs", "").status()).isEqualTo(202);
      assertThat(api.post("/v1/batch-runs", "{}").body().path("run_id").asText()).isEqualTo("r");
      assertThat(serving.requests())
          .containsExactly(
              "GET /v1/batch-runs ",
              "POST /v1/batch-runs  Bearer secret",
              "POST /v1/batch-runs {} Bearer secret");
    }
  }

  @ParameterizedTest
  @CsvSource({"400,2", "401,1", "404,1", "409,1", "500,1", "503,3"})
  void aRefusalBecomesAFailureInTheServersWords(int status, int exitCode) throws Exception {
    try (FakeServing serving =
        new FakeServing().answer("GET /v1/x?a=b", status, "{\"detail\":\"because of b\"}")) {
      assertThatThrownBy(() -> new Api(serving.url(), "").get("/v1/x?a=b"))
          .hasMessageContainingAll("GET /v1/x", "because of b")
          .asInstanceOf(type(CommandFailure.class))
          .returns(exitCode, CommandFailure::exitCode);
    }
  }

  @Test
  void noServerMeansNotRunning() throws Exception {
    String url;
    try (FakeServing serving = new FakeServing()) {
      url = serving.url();
    }
    assertThatThrownBy(() -> new Api(url, "").get("/livez"))
        .hasMessageContaining(url)
        .asInstanceOf(type(CommandFailure.class))
        .returns(3, CommandFailure::exitCode);
  }

  @Test
  void waitsWhileTheServerIsAwayButNotForEver() throws Exception {
    Patience patience = new Patience(Duration.ofMillis(1), Duration.ofMillis(200));
    try (FakeServing serving =
        new FakeServing()
            .answer("GET /x", 200, "{\"n\":1}")
            .answer("GET /x", 503, "{}")
            .answer("GET /x", 200, "{\"n\":2}")
            .answer("GET /x", 503, "{}")) {
      Api api = new Api(serving.url(), "");
      List<Integer> seen = new ArrayList<>();
      assertThat(
              patience
                  .until(
                      api, "/x", x -> x.path("n").asInt() == 2, x -> seen.add(x.path("n").asInt()))
                  .path("n")
                  .asInt())
          .isEqualTo(2);
      assertThat(seen).containsExactly(1);
      assertThatThrownBy(() -> patience.until(api, "/x", x -> true, x -> {}))
          .isInstanceOf(CommandFailure.class);
    }
  }
}
