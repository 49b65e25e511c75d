package dev.anabranch.airflow.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server that answers what a test tells it to. */
public final class ScriptedServer implements AutoCloseable {

  /** The path of logins, which are answered with token-1, token-2, … unless told otherwise. */
  public static final String LOGIN = "/auth/token";

  /** What came. */
  public record Request(String method, URI uri, String authorization, String body) {}

  /**
   * What goes back.
   *
   * @param status 0 for nothing at all
   * @param endsNever whether the rest of the body is held back until the server closes
   */
  public record Reply(int status, String type, String body, boolean endsNever) {
    public static final Reply NOTHING = new Reply(0, "", "", true);

    public static Reply json(int status, String body) {
      return new Reply(status, "application/json", body, false);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Deque<Reply> replies = new ArrayDeque<>();
  private final Deque<Reply> loginReplies = new ArrayDeque<>();
  private final List<Request> requests = new ArrayList<>();
  private Reply usual = Reply.json(404, "");
  private String refused = "";
  private int logins;

  private ScriptedServer(HttpServer server) {
    this.server = server;
  }

  public static ScriptedServer start() throws IOException {
    ScriptedServer scripted =
        new ScriptedServer(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    scripted.server.setExecutor(scripted.threads);
    scripted.server.createContext("/", scripted::handle);
    scripted.server.start();
    return scripted;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What is answered with 200 where nothing else is told. */
  public synchronized void usually(String json) {
    usual = Reply.json(200, json);
  }

  /** The next answers to anything but a login, in this order. */
  public synchronized void next(Reply... answers) {
    replies.addAll(List.of(answers));
  }

  /** The next answers to logins. */
  public synchronized void nextLogin(Reply... answers) {
    loginReplies.addAll(List.of(answers));
  }

  /** Whoever comes with this token is answered 401. */
  public synchronized void refuse(String token) {
    refused = "Bearer " + token;
  }

  /** All requests but logins. */
  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /** How often someone logged in or tried to. */
  public synchronized int logins() {
    return logins;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    Request request =
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI(),
            authorization == null ? "" : authorization,
            body);
    Reply reply = request.uri().getPath().equals(LOGIN) ? login() : answer(request);
    if (reply.status() > 0) {
      send(exchange, reply);
    }
    if (reply.endsNever()) {
      hold();
    }
    exchange.close();
  }

  private synchronized Reply login() {
    logins++;
    return loginReplies.isEmpty()
        ? Reply.json(201, "{\"access_token\":\"token-%d\"}".formatted(logins))
        : loginReplies.remove();
  }

  private synchronized Reply answer(Request request) {
    requests.add(request);
    if (!refused.isEmpty() && request.authorization().equals(refused)) {
      return Reply.json(401, "{\"detail\":\"Token Expired\"}");
    }
    return replies.isEmpty() ? usual : replies.remove();
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
    if (!reply.type().isEmpty()) {
      exchange.getResponseHeaders().set("Content-Type", reply.type());
    }
    long rest = reply.endsNever() ? 1 : 0;
    long length = bytes.length + rest;
    exchange.sendResponseHeaders(reply.status(), length == 0 ? -1 : length);
    exchange.getResponseBody().write(bytes);
    exchange.getResponseBody().flush();
  }

  private void hold() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
