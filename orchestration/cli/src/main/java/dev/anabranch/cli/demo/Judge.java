package dev.anabranch.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.api.BatchRuns;
import dev.anabranch.cli.api.Patience;
import dev.anabranch.cli.measure.Freshness;
import dev.anabranch.cli.measure.Meters;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/** Ends a demo: waits until all was answered, lets a last batch run heal, and compares. */
final class Judge {

  private static final String KAPPA = "/v1/pipelines/kappa";
  private static final Duration LONGEST_STANDSTILL = Duration.ofMinutes(2);

  private final EmbeddedPlatform platform;
  private final Api api;
  private final Truth truth;
  private final Meters meters;

  Judge(EmbeddedPlatform platform, Api api, Truth truth, Meters meters) {
    this.platform = platform;
    this.api = api;
    this.truth = truth;
    this.meters = meters;
  }

  /**
   * The verdict, when nothing is sent any more.
   *
   * @param runId id of the last batch run, a new one
   */
  Verdict judge(String runId) throws InterruptedException {
    Map<Integer, Long> ends = truth.untilOffsets();
    until(Comparison.QUESTION, answer -> Comparison.read(answer).streamsReach(ends));
    Freshness lambda = meters.lambda();
    Freshness kappa = meters.kappa();
    JsonNode run = BatchRuns.succeed(api, runId, platform::requireNoneGivenUp);
    Comparison end =
        Comparison.read(
            until(Comparison.QUESTION, answer -> Comparison.read(answer).batchReaches(ends)));
    JsonNode pipeline =
        until(KAPPA, answer -> Comparison.reach(answer.path("until_offsets"), ends));
    return new Verdict(
        truth.sent().records(),
        run.path("events").asLong() + run.path("duplicates").asLong(),
        run.path("quarantined").asLong(),
        truth.totals(),
        end.lambda(),
        end.kappa(),
        pipeline.path("late_events_dropped").asLong(),
        succeededRuns(),
        lambda,
        kappa);
  }

  private long succeededRuns() throws InterruptedException {
    JsonNode runs = api.get("/v1/batch-runs?limit=10000").path("batch_runs");
    return StreamSupport.stream(runs.spliterator(), false)
        .filter(run -> run.path("state").asText().equals("succeeded"))
        .count();
  }

  private JsonNode until(String path, Predicate<JsonNode> wanted) throws InterruptedException {
    Standstill standstill = new Standstill(LONGEST_STANDSTILL);
    return Patience.DEFAULT.until(
        api,
        path,
        wanted,
        answer -> {
          platform.requireNoneGivenUp();
          standstill.check(path, answer);
        });
  }
}
