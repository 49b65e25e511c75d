package dev.anabranch.recipe;

import static org.apache.spark.sql.functions.col;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a query says of itself: asked for, told to a listener, and scraped by Prometheus. */
@Command(
    name = "monitoring",
    mixinStandardHelpOptions = true,
    description = "Status, last and recent progress of a query, and a listener beside it.")
final class Monitoring extends KafkaRecipe {

  @Option(
      names = "--prometheus",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Where Prometheus finds the figures; 0 takes a free port.")
  private int port;

  @Override
  void run(SparkSession spark, Duration time) throws Exception {
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    HttpServer server = serve(metrics);
    try {
      spark.streams().addListener(new Teller(metrics));
      StreamingQuery query =
          events(spark)
              .groupBy(col("event_type"))
              .count()
              .writeStream()
              .queryName("events-by-type")
              .outputMode("complete")
              .format("noop")
              .trigger(trigger())
              .start();
      query.awaitTermination(time.toMillis());
      System.out.println("status: " + query.status().message());
      System.out.println("epochs that are remembered: " + query.recentProgress().length);
      if (query.lastProgress() != null) {
        System.out.println("the last one, whole: " + query.lastProgress().prettyJson());
      }
      System.out.println("what Prometheus reads:\n" + metrics.scrape());
      query.stop();
    } finally {
      server.stop(0);
    }
  }

  private HttpServer serve(PrometheusMeterRegistry metrics) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] text = metrics.scrape().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, text.length);
          try (var body = exchange.getResponseBody()) {
            body.write(text);
          }
        });
    server.start();
    System.out.println("metrics at http://127.0.0.1:" + server.getAddress().getPort() + "/metrics");
    return server;
  }

  /** Called by Spark's own thread, one event at a time: what takes long here delays the next. */
  private static final class Teller extends StreamingQueryListener {
    private final MeterRegistry metrics;

    Teller(MeterRegistry metrics) {
      this.metrics = metrics;
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
      System.out.println("started: " + event.name());
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
      StreamingQueryProgress progress = event.progress();
      long millis = progress.durationMs().get("triggerExecution");
      System.out.printf(
          "epoch %d: %d rows, %.0f a second, %d ms, %d rows of state%n",
          progress.batchId(),
          progress.numInputRows(),
          progress.processedRowsPerSecond(),
          millis,
          progress.stateOperators().length == 0 ? 0 : progress.stateOperators()[0].numRowsTotal());
      metrics
          .counter("recipe.rows", "query", progress.name())
          .increment((double) progress.numInputRows());
      metrics.timer("recipe.epoch", "query", progress.name()).record(Duration.ofMillis(millis));
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
      System.out.println(
          "terminated: " + (event.exception().isDefined() ? event.exception().get() : "in order"));
    }
  }
}
