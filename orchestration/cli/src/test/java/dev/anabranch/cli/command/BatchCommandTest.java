package dev.anabranch.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.FakeServing;
import dev.anabranch.cli.failure.CommandFailure;
import org.junit.jupiter.api.Test;

class BatchCommandTest {

  @Test
  void waitsForTheEndOfTheRun() throws Exception {
    try (FakeServing serving =
        new FakeServing()
            .answer("POST /v1/batch-runs", 202, "{\"run_id\":\"a:b+c\",\"state\":\"running\"}")
            .answer("GET /v1/batch-runs/a%3Ab%2Bc", 200, "{\"state\":\"running\"}")
            .answer("GET /v1/batch-runs/a%3Ab%2Bc", 200, "{\"state\":\"succeeded\"}")) {
      assertThat(
              BatchCommand.run(new Api(serving.url(), ""), "a:b+c", part -> {})
                  .path("state")
                  .asText())
          .isEqualTo("succeeded");
      assertThat(serving.requests().get(0)).isEqualTo("POST /v1/batch-runs {\"run_id\":\"a:b+c\"}");
    }
  }

  @Test
  void aRunThatNobodyWorksOnIsNotWaitedFor() throws Exception {
    try (FakeServing serving =
        new FakeServing()
            .answer("POST /v1/batch-runs", 202, "{\"run_id\":\"a\",\"state\":\"running\"}")
            .answer("GET /v1/batch-runs/a", 200, "{\"state\":\"running\"}")) {
      assertThatThrownBy(
              () ->
                  BatchCommand.run(
                      new Api(serving.url(), ""),
                      "a",
                      part -> {
                        throw CommandFailure.failed(part + " was given up");
                      }))
          .hasMessage("batch was given up");
    }
  }

  @Test
  void withoutAnEpochItSaysWhatBecameOfTheSpeedLayer() throws Exception {
    try (FakeServing serving =
        new FakeServing().answer("POST /v1/batch-runs", 503, "{\"detail\":\"no epoch\"}")) {
      Api api = new Api(serving.url(), "");
      assertThatThrownBy(
              () ->
                  BatchCommand.run(
                      api,
                      "",
                      part -> {
                        throw CommandFailure.failed(part + " was left out");
                      }))
          .hasMessage("speed was left out");
      assertThatThrownBy(() -> BatchCommand.run(api, "", part -> {}))
          .hasMessageContaining("no epoch");
    }
  }

  @Test
  void anotherRunThatIsOnIsSaid() throws Exception {
    try (FakeServing serving =
        new FakeServing().answer("POST /v1/batch-runs", 409, "{\"detail\":\"run x is on\"}")) {
      assertThatThrownBy(() -> BatchCommand.run(new Api(serving.url(), ""), "", part -> {}))
          .hasMessageContaining("run x is on");
    }
  }
}
