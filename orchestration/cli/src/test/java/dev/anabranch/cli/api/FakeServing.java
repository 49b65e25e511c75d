package dev.anabranch.cli.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that gives prepared answers, one after the other, and keeps what it was asked. */
public final class FakeServing implements AutoCloseable {

  private record Reply(int status, String body) {}

  private final HttpServer server;
  private final Map<String, Queue<Reply>> replies = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  public FakeServing() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Prepares an answer to a request such as {@code GET /v1/x?limit=1}; the last one stays. */
  public FakeServing answer(String request, int status, String body) {
    replies.computeIfAbsent(request, r -> new ArrayDeque<>()).add(new Reply(status, body));
    return this;
  }

  /** Each request so far: method, path, body, and the authorization where there was one. */
  public List<String> requests() {
    return requests;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    requests.add(request + " " + body + (token == null ? "" : " " + token));
    Queue<Reply> queue = replies.getOrDefault(request, new ArrayDeque<>());
    Reply reply = queue.size() > 1 ? queue.remove() : queue.peek();
    if (reply == null) {
      reply = new Reply(404, "{\"detail\":\"nothing prepared for " + request + "\"}");
    }
    byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
