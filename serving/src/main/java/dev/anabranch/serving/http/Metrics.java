package dev.anabranch.serving.http;

import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.serving.state.Architecture;
import dev.anabranch.serving.state.AsOf;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Pipelines;
import dev.anabranch.serving.state.StateObserver;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
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
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiFunction;

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

  /** Adds where the pipelines stand. */
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
    return lake.pipelines().all().stream()
        .filter(pipeline -> pipeline.name().equals(name))
        .map(Pipelines.Pipeline::lagEvents)
        .findFirst()
        .orElse(OptionalLong.empty());
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
