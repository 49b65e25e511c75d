package dev.anabranch.serving.http;

import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Pipelines;
import dev.anabranch.serving.state.StateObserver;
import io.javalin.http.Context;
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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What {@code /metrics} shows, in the text format of Prometheus. */
public final class Metrics implements StateObserver, AutoCloseable {
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final List<String> PIPELINES = List.of("speed", "kappa");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbage = new JvmGcMetrics();
  private final Map<String, AtomicLong> epochs = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> freshness = new ConcurrentHashMap<>();

  public Metrics() {
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    garbage.bindTo(registry);
  }

  /** Adds how far the pipelines are behind the log. */
  public void follow(LakeState lake) {
    for (String name : PIPELINES) {
      Gauge.builder("anabranch.lag.events", lake, l -> lag(l, name))
          .description("Records of the topic that the pipeline has not made visible yet")
          .tag("pipeline", name)
          .register(registry);
    }
  }

  private static double lag(LakeState lake, String name) {
    return lake.pipelines().all().stream()
        .filter(pipeline -> pipeline.name().equals(name))
        .map(Pipelines.Pipeline::lagEvents)
        .mapToDouble(lag -> lag.isPresent() ? lag.getAsLong() : Double.NaN)
        .findFirst()
        .orElse(Double.NaN);
  }

  @Override
  public void epochVisible(String pipeline, long epoch, long freshnessMillis) {
    gauge(epochs, "anabranch.visible.epoch", "The newest epoch that answers hold", pipeline)
        .set(epoch);
    gauge(
            freshness,
            "anabranch.freshness.last.millis",
            "Age of the newest event of the newest epoch when it became visible",
            pipeline)
        .set(freshnessMillis);
    DistributionSummary.builder("anabranch.freshness.millis")
        .description("Age of the newest event of each epoch when it became visible")
        .tag("pipeline", pipeline)
        .publishPercentiles(0.5, 0.99)
        .register(registry)
        .record((double) freshnessMillis);
  }

  private AtomicLong gauge(
      Map<String, AtomicLong> values, String name, String description, String pipeline) {
    return values.computeIfAbsent(
        pipeline,
        key -> {
          AtomicLong value = new AtomicLong();
          Gauge.builder(name, value, AtomicLong::get)
              .description(description)
              .tag("pipeline", pipeline)
              .register(registry);
          return value;
        });
  }

  @Override
  public void runPublished(BatchRun run, long switchMillis) {
    registry.counter("anabranch.batch.runs.published").increment();
    DistributionSummary.builder("anabranch.batch.switch.millis")
        .description("From seeing a run's end to answering from it")
        .register(registry)
        .record((double) switchMillis);
  }

  @Override
  public void failed(String table, RuntimeException error) {
    registry.counter("anabranch.tail.errors", "table", table).increment();
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
    registry.counter("anabranch.http.refused", "status", Integer.toString(status)).increment();
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
