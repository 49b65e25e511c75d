package dev.anabranch.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BatchRunsTest {

  @Test
  void waitsForARunThatIsOnAndThenForItsOwn() throws Exception {
    try (FakeServing serving =
        new FakeServing()
            .answer("POST /v1/batch-runs", 409, "{\"run_id\":\"scheduled\"}")
            .answer("POST /v1/batch-runs", 202, "{\"run_id\":\"last\"}")
            .answer("GET /v1/batch-runs/scheduled", 200, "{\"state\":\"running\"}")
            .answer("GET /v1/batch-runs/scheduled", 200, "{\"state\":\"failed\"}")
            .answer("GET /v1/batch-runs/last", 200, "{\"state\":\"running\"}")
            .answer("GET /v1/batch-runs/last", 200, "{\"state\":\"succeeded\",\"records\":3}")) {
      assertThat(
              BatchRuns.succeed(new Api(serving.url(), ""), "last", () -> {})
                  .path("records")
                  .asInt())
          .isEqualTo(3);
    }
  }

  @Test
  void aRunThatFailsIsNotWaitedForAnyLonger() throws Exception {
    try (FakeServing serving =
        new FakeServing()
            .answer("POST /v1/batch-runs", 202, "{\"run_id\":\"last\"}")
            .answer(
                "GET /v1/batch-runs/last", 200, "{\"state\":\"failed\",\"error\":\"disk full\"}")) {
      assertThatThrownBy(() -> BatchRuns.succeed(new Api(serving.url(), ""), "last", () -> {}))
          .hasMessageContainingAll("last", "failed", "disk full");
    }
  }
}
