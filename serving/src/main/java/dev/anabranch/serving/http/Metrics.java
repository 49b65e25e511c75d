package dev.anabranch.serving.http;

import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.RunState;
import dev.anabranch.serving.state.Architecture;
import dev.anabranch.serving.state.AsOf;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Pipelines;
import dev.anabranch.serving.state.StateObserver;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;

/** What {@code /metrics} shows, in the text format of Prometheus. */
public final class Metrics implements StateObserver, AutoCloseable {
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final String SPEED = "speed";
  private static final List<String> PIPELINES = List.of(SPEED, "kappa");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbage = new JvmGcMetrics();

  public Metrics() {
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    garbage.bindTo(registry);
  }

  /** Adds where the pipelines stand, and how live scoring does. */
  public void follow(LakeState lake) {
    gauge(lake, "anabranch.visible.epoch", "The newest epoch that answers hold", Metrics::epoch);
    gauge(
        lake,
        "anabranch.freshness.last.millis",
        "Age of the newest event of the newest epoch when it became visible",
        (state, pipeline) -> asOf(state, pipeline).freshnessMillis());
    gauge(
        lake,
        "anabranch.lag.events",
        "Records of the topic that the pipeline has not made visible yet",
        Metrics::lag);
    counter(
        lake,
        "anabranch.late.events",
        "Records, copies included, that the pipeline left out for lateness",
        Pipelines.Pipeline::lateEventsDropped);
    counter(
        lake,
        "anabranch.duplicates",
        "Copies of events that the pipeline left out",
        Pipelines.Pipeline::duplicatesDropped);
    counter(
        lake,
        "anabranch.quarantined.records",
        "Records that the pipeline refused",
        Pipelines.Pipeline::quarantinedRecords);
    gauge(
        lake,
        "anabranch.pipeline.running",
        "1 where the pipeline has said within the last seconds that it runs",
        (state, name) -> OptionalLong.of(pipeline(state, name).state().equals("running") ? 1 : 0));
    Gauge.builder("anabranch.batch.published.seconds", lake, Metrics::published)
        .description("When the batch run ended that answers come from, seconds since 1970")
        .register(registry);
    Gauge.builder("anabranch.batch.failed.since.published", lake, Metrics::failed)
        .description("Batch runs that failed since that one began")
        .register(registry);
    ScoringMetrics.follow(registry, lake);
  }

  private void counter(
      LakeState lake, String name, String description, ToLongFunction<Pipelines.Pipeline> value) {
    for (String pipeline : PIPELINES) {
      FunctionCounter.builder(
              name, lake, state -> (double) value.applyAsLong(pipeline(state, pipeline)))
          .description(description)
          .tag("pipeline", pipeline)
          .register(registry);
    }
  }

  private static double published(LakeState lake) {
    return lake.publishedRun()
        .flatMap(BatchRun::finishedAt)
        .map(at -> (double) at.getEpochSecond())
        .orElse(Double.NaN);
  }

  private static double failed(LakeState lake) {
    Instant since = lake.publishedRun().map(BatchRun::startedAt).orElse(Instant.MIN);
    return (double)
        lake.knownRuns().stream()
            .filter(run -> run.state() == RunState.FAILED)
            .filter(run -> run.finishedAt().orElse(Instant.MIN).isAfter(since))
            .count();
  }

  private void gauge(
      LakeState lake,
      String name,
      String description,
      BiFunction<LakeState, String, OptionalLong> value) {
    for (String pipeline : PIPELINES) {
      Gauge.builder(name, lake, state -> number(value.apply(state, pipeline)))
          .description(description)
          .tag("pipeline", pipeline)
          .register(registry);
    }
  }

  private static double number(OptionalLong value) {
    return value.isPresent() ? (double) value.getAsLong() : Double.NaN;
  }

  private static AsOf asOf(LakeState lake, String pipeline) {
    Architecture architecture = pipeline.equals(SPEED) ? Architecture.LAMBDA : Architecture.KAPPA;
    return lake.current().asOf(architecture, false);
  }

  private static OptionalLong epoch(LakeState lake, String pipeline) {
    AsOf asOf = asOf(lake, pipeline);
    return pipeline.equals(SPEED) ? asOf.speedEpoch() : asOf.kappaEpoch();
  }

  private static OptionalLong lag(LakeState lake, String name) {
    return pipeline(lake, name).lagEvents();
  }

  private static Pipelines.Pipeline pipeline(LakeState lake, String name) {
    return lake.pipelines().all().stream()
        .filter(pipeline -> pipeline.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void epochVisible(String pipeline, long epoch, long freshnessMillis) {
    DistributionSummary.builder("anabranch.freshness.millis")
        .description("Age of the newest event of each epoch when it became visible")
        .tag("pipeline", pipeline)
        .publishPercentiles(0.5, 0.99)
        .register(registry)
        .record((double) freshnessMillis);
  }

  @Override
  public void runPublished(BatchRun run, long switchMillis) {
    Counter.builder("anabranch.batch.runs.published")
        .description("Batch runs that answers have come from since the start")
        .register(registry)
        .increment();
    DistributionSummary.builder("anabranch.batch.switch.millis")
        .description("From seeing a run's end to answering from it")
        .register(registry)
        .record((double) switchMillis);
  }

  @Override
  public void failed(String table, RuntimeException error) {
    Counter.builder("anabranch.tail.errors")
        .description("Looks at a table that failed; each is tried again")
        .tag("table", table)
        .register(registry)
        .increment();
  }

  /**
   * Counts an answer.
   *
   * @param route as registered, {@code unknown} where none was
   */
  void answered(String method, String route, int status, Duration took) {
    Timer.builder("anabranch.http.requests")
        .description("Time from routing to the end of the answer")
        .tags("method", method, "route", route, "status", Integer.toString(status))
        .register(registry)
        .record(took);
  }

  /** The server refused a request before routing. */
  void refused(int status) {
    Counter.builder("anabranch.http.refused")
        .description("Requests that the server refused before routing")
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }

  public void show(Context ctx) {
    ctx.contentType(TYPE).result(registry.scrape(TYPE));
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }
}
