package dev.anabranch.cli.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.FakeServing;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class FreshnessMeterTest {

  private static final String QUESTION =
      "GET /v1/views/activity?from=2000-01-01T00:00:00Z&to=2000-01-01T00:01:00Z&limit=1"
          + "&architecture=kappa";

  @Test
  void asksUntilTheAnswerHoldsTheRecordAndOutlivesAServerThatIsAway() throws Exception {
    Clock clock = Clock.fixed(Instant.ofEpochMilli(5_250), ZoneOffset.UTC);
    try (FakeServing serving =
            new FakeServing()
                .answer(QUESTION, 200, "{\"as_of\":{\"until_offsets\":{\"0\":7}}}")
                .answer(QUESTION, 503, "{}")
                .answer(QUESTION, 200, "{\"as_of\":{\"until_offsets\":{\"0\":8}}}");
        FreshnessMeter meter = FreshnessMeter.start(new Api(serving.url(), ""), "kappa", clock)) {
      meter.record(0, 7, 5_000);
      await().until(() -> meter.freshness().records() == 1);
      assertThat(meter.freshness().p50()).hasValue(250);
    }
  }
}
