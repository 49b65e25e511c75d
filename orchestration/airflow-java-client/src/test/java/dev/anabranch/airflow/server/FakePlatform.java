package dev.anabranch.airflow.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The batch runs of the platform's contract over real HTTP, without the batch layer: a run goes on
 * until a test says how it ends.
 */
public final class FakePlatform implements AutoCloseable {

  /** What changing calls must carry. */
  public static final String TOKEN = "a-token-of-the-platform";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String RUNS = "/v1/batch-runs";

  private final HttpServer server;
  private final Map<String, ObjectNode> runs = new LinkedHashMap<>();
  private final List<String> calls = new ArrayList<>();
  private int unavailable;
  private boolean cancelsSlowly;

  private FakePlatform(HttpServer server) {
    this.server = server;
  }

  static FakePlatform start() throws IOException {
    FakePlatform platform =
        new FakePlatform(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    platform.server.createContext("/", platform::handle);
    platform.server.start();
    return platform;
  }

  /** Base URL, as the DAGs get it. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The state of a run, empty before it began. */
  public synchronized String state(String runId) {
    return runs.containsKey(runId) ? runs.get(runId).get("state").asText() : "";
  }

  /** A run that something else than Airflow started. */
  public synchronized void begin(String runId) {
    runs.put(runId, run(runId));
  }

  /** Ends a run. */
  public synchronized void end(String runId, String state) {
    runs.get(runId).put("state", state);
    if (state.equals("failed")) {
      runs.get(runId).put("error", "the disk is full");
    }
  }

  /** The next calls are answered with 503. */
  public synchronized void beUnavailable(int calls) {
    unavailable = calls;
  }

  /** Whether some of those calls have not come yet. */
  public synchronized boolean isUnavailable() {
    return unavailable > 0;
  }

  /** Whether a cancel only asks, and the run goes on until a test ends it. */
  public synchronized void cancelSlowly(boolean slowly) {
    cancelsSlowly = slowly;
  }

  /** What was asked for a run and how it was answered, as {@code POST 202}; no GET. */
  public synchronized List<String> changes(String runId) {
    return calls.stream()
        .filter(call -> call.endsWith(" " + runId) && !call.startsWith("GET"))
        .map(call -> call.substring(0, call.length() - runId.length() - 1))
        .toList();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    JsonNode body = MAPPER.readTree(exchange.getRequestBody());
    String path = exchange.getRequestURI().getRawPath();
    List<String> rest =
        path.equals(RUNS)
            ? List.of()
            : List.of(path.substring(RUNS.length() + 1).split("/", -1)); // an id, and cancel
    String runId =
        rest.isEmpty()
            ? body.path("run_id").asText()
            : URLDecoder.decode(rest.get(0).replace("+", "%2B"), StandardCharsets.UTF_8);
    int status = status(exchange, method, rest, runId);
    calls.add((rest.size() == 2 ? "CANCEL" : method) + " " + status + " " + runId);
    answer(exchange, status, runId);
  }

  private int status(HttpExchange exchange, String method, List<String> rest, String runId) {
    if (unavailable > 0) {
      unavailable--;
      return 503;
    }
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (method.equals("POST") && !("Bearer " + TOKEN).equals(authorization)) {
      return authorization == null ? 401 : 403;
    }
    if (rest.isEmpty()) {
      return start(runId);
    }
    if (!runs.containsKey(runId)) {
      return 404;
    }
    return rest.size() == 2 ? cancel(runId) : 200;
  }

  private int start(String runId) {
    if (List.of("running", "succeeded").contains(state(runId))) {
      return 200;
    }
    if (runs.values().stream().anyMatch(run -> run.get("state").asText().equals("running"))) {
      return 409;
    }
    runs.computeIfAbsent(runId, FakePlatform::run).put("state", "running").putNull("error");
    return 202;
  }

  private int cancel(String runId) {
    return switch (state(runId)) {
      case "running" -> {
        if (!cancelsSlowly) {
          end(runId, "cancelled");
        }
        yield 202;
      }
      case "cancelled" -> 200;
      default -> 409;
    };
  }

  private void answer(HttpExchange exchange, int status, String runId) throws IOException {
    boolean isProblem = status >= 400;
    ObjectNode body =
        isProblem
            ? MAPPER
                .createObjectNode()
                .put("type", "about:blank")
                .put("title", "Problem")
                .put("status", status)
                .put("detail", "The platform says " + status)
            : runs.get(runId);
    byte[] bytes = MAPPER.writeValueAsBytes(body);
    exchange
        .getResponseHeaders()
        .set("Content-Type", isProblem ? "application/problem+json" : "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static ObjectNode run(String runId) {
    ObjectNode run = MAPPER.createObjectNode().put("run_id", runId).put("state", "running");
    run.putObject("boundary").put("0", 120).put("1", 98);
    return run.put("started_at", "2026-11-22T10:00:00Z")
        .putNull("finished_at")
        .put("records", 218)
        .put("events", 210)
        .put("duplicates", 5)
        .put("quarantined", 3)
        .put("ingested_records", 218)
        .putNull("error");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
