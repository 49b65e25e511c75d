package dev.anabranch.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.Patience;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import java.time.Duration;

/** Waits for the speed layer, where a batch run begins no further than it has come. */
final class SpeedLayer {

  private static final Duration LIMIT = Duration.ofMinutes(10);

  private SpeedLayer() {}

  /** Returns when it has taken so many records of the topic, which are all that were sent. */
  static void await(EmbeddedPlatform platform, Api api, long records) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    JsonNode unusedAnswer =
        Patience.DEFAULT.until(
            api,
            "/v1/views/activity?limit=1",
            answer -> taken(answer) >= records,
            answer -> {
              platform.requireNoneGivenUp();
              if (System.nanoTime() > deadline) {
                throw CommandFailure.failed(
                    "The speed layer has taken %d of %d records in %d s"
                        .formatted(taken(answer), records, LIMIT.toSeconds()));
              }
            });
  }

  private static long taken(JsonNode answer) {
    long sum = 0;
    for (JsonNode offset : answer.required("as_of").required("until_offsets")) {
      sum += offset.asLong();
    }
    return sum;
  }
}
