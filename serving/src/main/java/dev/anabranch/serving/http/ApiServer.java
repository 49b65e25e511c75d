package dev.anabranch.serving.http;

import dev.anabranch.lakehouse.error.PlatformException;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import io.javalin.util.JavalinBindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP server: Javalin on Jetty, with bounds on everything that requests can take. */
public final class ApiServer implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
  private static final int MAX_CONNECTIONS = 2_000;
  private static final int MAX_HEAD_BYTES = 16 * 1024;
  private static final int THREAD_IDLE_MILLIS = 60_000;

  /**
   * What requests can take together.
   *
   * @param threads of the server
   * @param running requests at once; fewer than threads, so that some are left to say no
   * @param waiting requests that wait for their turn; further ones are refused
   * @param patience how long it waits at most; then it is refused
   */
  public record Limits(int threads, int running, int waiting, Duration patience) {
    public static final Limits DEFAULT = new Limits(64, 40, 400, Duration.ofSeconds(2));
  }

  private final Javalin javalin;
  private final String host;

  private ApiServer(Javalin javalin, String host) {
    this.javalin = javalin;
    this.host = host;
  }

  /**
   * Listens.
   *
   * @param port 0 takes a free one
   * @throws PlatformException where the port is taken
   */
  public static ApiServer start(
      String host, int port, Limits limits, Metrics metrics, Consumer<RoutesConfig> routes) {
    Javalin javalin = Javalin.create(config -> configure(config, limits, metrics, routes));
    try {
      javalin.start(host, port);
    } catch (JavalinBindException e) {
      throw PlatformException.user(
          "Cannot listen on %s port %d: %s; choose another port with serving.port (0 takes a free one)."
              .formatted(host, port, e.getCause().getMessage()));
    }
    return new ApiServer(javalin, host);
  }

  private static void configure(
      JavalinConfig config, Limits limits, Metrics metrics, Consumer<RoutesConfig> routes) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.router.ignoreTrailingSlashes = false;
    config.jetty.threadPool = threads(limits);
    config.jetty.modifyServer(server -> configure(server, limits, metrics));
    config.jetty.modifyServletContextHandler(
        context -> context.setErrorHandler(new PlainErrors(metrics::refused)));
    config.jetty.modifyHttpConfiguration(ApiServer::configure);
    config.requestLogger.http((ctx, millis) -> count(metrics, ctx, millis));
    Failures.register(config);
    routes.accept(config.routes);
  }

  /** Only names that we gave are shown: a client can ask for any. */
  private static void count(Metrics metrics, Context ctx, float millis) {
    Optional<Endpoint> route = Optional.ofNullable(ctx.endpoints().lastHttpEndpoint());
    metrics.answered(
        route.map(endpoint -> endpoint.method.name()).orElse("OTHER"),
        route.map(endpoint -> endpoint.path).orElse("unknown"),
        ctx.statusCode(),
        Duration.ofNanos((long) (millis * 1e6)));
  }

  private static QueuedThreadPool threads(Limits limits) {
    // Its queue has no bound of its own; what can stand in it is bounded by the connections.
    QueuedThreadPool threads =
        new QueuedThreadPool(limits.threads(), Math.min(8, limits.threads()), THREAD_IDLE_MILLIS);
    threads.setName("http");
    return threads;
  }

  private static void configure(Server server, Limits limits, Metrics metrics) {
    server.setErrorHandler(new PlainErrors(metrics::refused));
    server.setStopTimeout(STOP_LIMIT.toMillis());
    server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
    server.insertHandler(turns(limits));
    server.insertHandler(new Edge());
    server.insertHandler(new GracefulHandler());
  }

  private static void configure(HttpConfiguration http) {
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEAD_BYTES);
    // Ids may hold any character; Edge and the routes read the path as it was sent.
    http.setUriCompliance(
        UriCompliance.RFC3986.with(
            "any-encoded-path",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
            UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS,
            UriCompliance.Violation.BAD_UTF8_ENCODING,
            UriCompliance.Violation.TRUNCATED_UTF8_ENCODING,
            UriCompliance.Violation.BAD_PERCENT_ENCODING));
  }

  private static QoSHandler turns(Limits limits) {
    QoSHandler turns =
        new QoSHandler() {
          @Override
          protected void reject(Request request, Response response, Callback callback, int status) {
            Response.writeError(request, response, callback, 503);
          }
        };
    turns.setMaxRequestCount(limits.running());
    turns.setMaxSuspendedRequestCount(limits.waiting());
    turns.setMaxSuspend(limits.patience());
    turns.excludePath("/livez", "/readyz", "/metrics");
    return turns;
  }

  /** Where it listens; loopback for a server that listens everywhere. */
  public URI url() {
    boolean everywhere = new InetSocketAddress(host, 0).getAddress().isAnyLocalAddress();
    String name = everywhere ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + name + ":" + javalin.port());
  }

  /** Refuses new requests, lets those that run end, and stops. */
  @Override
  public void close() {
    javalin.stop();
  }
}
