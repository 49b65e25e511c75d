package dev.anabranch.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.measure.Meters;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.platform.PartState;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks at a running demo from outside. */
final class Observer {

  private final EmbeddedPlatform platform;
  private final Api api;
  private final Truth truth;
  private final Meters meters;
  private Comparison sides = Comparison.NONE;
  private long kappaDropped;
  private String lastRun = "none";

  Observer(EmbeddedPlatform platform, Api api, Truth truth, Meters meters) {
    this.platform = platform;
    this.api = api;
    this.truth = truth;
    this.meters = meters;
  }

  /** This moment; where the API does not answer, what it answered last, and a remark. */
  Moment observe(Duration elapsed, Optional<Duration> length) throws InterruptedException {
    String remark = troubles();
    try {
      sides = Comparison.ask(api);
      kappaDropped = api.get("/v1/pipelines/kappa").path("late_events_dropped").asLong();
      lastRun = lastRun();
    } catch (CommandFailure e) {
      remark = remark + e.getMessage();
    }
    return new Moment(
        platform.status().addresses().serving(),
        elapsed,
        length,
        truth.sent(),
        truth.totals(),
        sides,
        meters.lambda(),
        meters.kappa(),
        kappaDropped,
        lastRun,
        remark);
  }

  private String lastRun() throws InterruptedException {
    JsonNode run = api.get("/v1/batch-runs?limit=1").path("batch_runs").path(0);
    return run.isMissingNode()
        ? "none yet"
        : run.path("run_id").asText() + " " + run.path("state").asText();
  }

  /** The parts that do not run, empty where all do. */
  private String troubles() {
    return platform.status().parts().stream()
        .filter(part -> part.state() != PartState.RUNNING)
        .map(part -> part.name() + " is " + part.state().text() + ". ")
        .collect(Collectors.joining());
  }
}
