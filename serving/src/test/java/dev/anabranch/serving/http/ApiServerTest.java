package dev.anabranch.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.error.PlatformException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server itself, with routes of the test's own: what comes before routing, and bounds. */
class ApiServerTest {
  private static final String END = " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  private static final Metrics METRICS = new Metrics();
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = start(ApiServer.Limits.DEFAULT);
  }

  @AfterAll
  static void stop() {
    server.close();
    METRICS.close();
  }

  private static ApiServer start(ApiServer.Limits limits) {
    return ApiServer.start("127.0.0.1", 0, limits, METRICS, ApiServerTest::routes);
  }

  private static void routes(RoutesConfig routes) {
    Handler echo = ctx -> ctx.result(Requests.segment(ctx, 1, "id"));
    routes.get("/ids/{id}", echo);
    routes.head("/ids/{id}", echo);
    routes.get(
        "/failure",
        ctx -> {
          throw new IllegalStateException("a secret");
        });
    routes.get(
        "/error",
        ctx -> {
          throw new StackOverflowError("a secret");
        });
    routes.get(
        "/half",
        ctx ->
            Json.answer(
                ctx,
                200,
                json -> {
                  json.writeStartObject();
                  throw new IllegalStateException("a secret");
                }));
    routes.get(
        "/late",
        ctx ->
            Json.answer(
                ctx,
                200,
                json -> {
                  json.writeString("x".repeat(200_000));
                  throw new IllegalStateException("a secret");
                }));
    routes.get("/livez", ctx -> ctx.result("alive"));
    routes.post("/body", ctx -> ctx.result(Bodies.fields(ctx, Set.of("run_id")).toString()));
  }

  private static RawHttp.Reply send(String request) {
    return RawHttp.send(server.url(), request.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /../x",
        "GET /ids/%00",
        "GET /ids/%zz",
        "GET /ids/x%",
        "GET /ids/%2",
        "GET /ids/%u0041",
        "GET /ids/%e4",
        "GET /ids/%C0%80",
        "GET /ids/%ED%A0%80",
        "GET /ids/größe",
        "GET /ids/b#fragment",
        "GET http://elsewhere/ids/b",
        "GET ids/b",
        "GET /ids/b\u0000",
      })
  void targetsThatAreNoneAreRefused(String line) {
    Problems.check(send(line + END), 400);
  }

  @Test
  void whatIsNotHttpIsRefused() {
    Problems.check(send("\u0016\u0003\u0001\u0002\r\n\r\n"), 400);
    Problems.check(send("GET /ids/a HTTP/1.1\r\nConnection: close\r\n\r\n"), 400);
    Problems.check(send("GET /ids/a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
    Problems.check(send("GET /ids/a HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"), 400);
    Problems.check(send("GET /ids/a HTTP/1.1\r\nHost: a\r\nA\u0000: b\r\n\r\n"), 400);
    Problems.check(send("GET /ids/a HTTP/9.9\r\nHost: a\r\n\r\n"), 505);
    Problems.check(send("GET /ids/a\r\n\r\n"), 505);
    Problems.check(send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 426);
    Problems.check(send("GET /" + "x".repeat(20_000) + END), 414);
    Problems.check(send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"), 431);
    Problems.check(send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"), 400);
    Problems.check(
        send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        400);
    Problems.check(
        send(
            "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked"
                + "\r\n\r\n0\r\n\r\n"),
        400);
    Problems.check(
        send(
            "POST /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked"
                + "\r\n\r\nzz\r\n"),
        400);
    Problems.check(
        send("POST /body HTTP/1.1\r\nHost: a\r\nExpect: much\r\nConnection: close\r\n\r\n"), 417);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "BEFORE", "AFTER"})
  void otherMethodsAreRefused(String method) {
    RawHttp.Reply reply = send(method + " /ids/a" + END);
    Problems.check(reply, 405);
    assertThat(reply.header("Allow")).contains("GET, HEAD");
    Problems.check(send(method + " /nothing" + END), 404);
  }

  @Test
  void aTunnelIsRefused() {
    Problems.check(send("CONNECT a:80" + END), 405);
    Problems.check(send("OPTIONS *" + END), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/nothing", "//ids/a", "/ids/", "/ids", "/ids/a/", "/ids/a/b", "/IDS/a", "/"})
  void otherPathsAreNotThere(String path) {
    Problems.check(send("GET " + path + END), 404);
    RawHttp.Reply head = send("HEAD " + path + END);
    assertThat(head.status()).isEqualTo(404);
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/failure", "/error", "/half", "/late"})
  void failuresTellNoSecrets(String path) {
    RawHttp.Reply reply =
        send(
            "GET "
                + path
                + " HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
    Problems.check(reply, 500);
    assertThat(reply.body()).doesNotContain("secret");
  }

  @Test
  void headersDoNotChangeTheMethodNorTheProtocol() {
    String head = "GET /ids/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    assertThat(send(head + "X-HTTP-Method-Override: DELETE\r\n\r\n").status()).isEqualTo(200);
    String upgrade =
        String.join(
            "\r\n",
            "GET /ids/a HTTP/1.1",
            "Host: a",
            "Connection: close, Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "");
    assertThat(send(upgrade).status()).isEqualTo(200);
  }

  @Test
  void headAnswersLikeGetWithoutABody() {
    RawHttp.Reply reply = send("HEAD /ids/abc" + END);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Length")).contains("3");
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void anyTextIsAnIdWhenItIsPercentEncoded() {
    StringBuilder id = new StringBuilder();
    for (int point = ' '; point < 0x30_000; point += point < 0x800 ? 1 : 97) {
      boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
      if (point != 0x7f && !surrogate) {
        id.appendCodePoint(point);
      }
      if (id.length() >= 40) {
        assertEcho(id.toString());
        id.setLength(0);
      }
    }
    for (String text :
        new String[] {"a/b", "a%2Fb", "a;b", "a\\b", "a..b", "...", "a+b", "?", "#"}) {
      assertEcho(text);
    }
  }

  private static void assertEcho(String id) {
    String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    RawHttp.Reply reply = send("GET /ids/" + encoded + END);
    assertThat(reply.status()).as(id).isEqualTo(200);
    assertThat(reply.body()).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | application/json | {\"run_id\":\"a\"}",
        "200 | application/json; charset=utf-8 | {}",
        "200 | APPLICATION/JSON;charset=\"UTF-8\" | ' {\"run_id\" : \"a\"} '",
        "400 | application/json | ' '",
        "400 | application/json | null",
        "400 | application/json | []",
        "400 | application/json | \"run_id\"",
        "400 | application/json | {\"run_id\":\"a\"",
        "400 | application/json | {\"run_id\":\"a\"}x",
        "400 | application/json | {\"run_id\":\"a\"} {}",
        "400 | application/json | {\"run_id\":\"a\",\"run_id\":\"a\"}",
        "400 | application/json | {\"run_id\":null}",
        "400 | application/json | {\"run_id\":5}",
        "400 | application/json | {\"run_id\":{\"a\":1}}",
        "400 | application/json | {\"other\":\"a\"}",
        "400 | application/json | {'run_id':'a'}",
        "400 | application/json | {\"run_id\":\"a\",}",
        "400 | application/json | {\"run_id\":\"a\"}//",
        "400 | application/json | \uFEFF{}",
        "415 | text/plain | {}",
        "415 | application/x-www-form-urlencoded | {}",
        "415 | application/jsonx | {}",
        "415 | application/json; charset=latin1 | {}",
        "415 | ; | {}",
      })
  void bodies(int status, String type, String body) {
    RawHttp.Reply reply =
        post("Content-Type: " + type + "\r\n", body.getBytes(StandardCharsets.UTF_8));
    if (status == 200) {
      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    } else {
      Problems.check(reply, status);
    }
  }

  @Test
  void noBodyNeedsNoType() {
    assertThat(post("", new byte[0]).status()).isEqualTo(200);
    assertThat(post("Content-Type: text/plain\r\n", new byte[0]).status()).isEqualTo(200);
    Problems.check(post("", new byte[] {'{', '}'}), 415);
  }

  @Test
  void otherEncodingsAreNotJson() {
    String json = "Content-Type: application/json\r\n";
    Problems.check(post(json, "{}".getBytes(StandardCharsets.UTF_16BE)), 400);
    Problems.check(post(json, new byte[] {'{', (byte) 0xff, '}'}), 400);
    Problems.check(post(json + "Content-Encoding: gzip\r\n", new byte[] {1, 2}), 415);
  }

  @Test
  void bodiesAreBounded() throws IOException {
    String json = "Content-Type: application/json\r\n";
    byte[] largest = new byte[Bodies.MAX_BYTES];
    Arrays.fill(largest, (byte) ' ');
    Problems.check(post(json, largest), 400);
    Problems.check(post(json, new byte[Bodies.MAX_BYTES + 1]), 413);
    Problems.check(
        send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n"), 413);
    ByteArrayOutputStream chunked = new ByteArrayOutputStream();
    chunked.writeBytes(
        "POST /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i <= Bodies.MAX_BYTES / 65_536; i++) {
      chunked.writeBytes("10000\r\n".getBytes(StandardCharsets.US_ASCII));
      chunked.writeBytes(new byte[65_536]);
      chunked.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    chunked.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    Problems.check(RawHttp.send(server.url(), chunked.toByteArray()), 413);
  }

  private static RawHttp.Reply post(String headers, byte[] body) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(
        RawHttp.request("POST", "/body", headers + "Content-Length: " + body.length + "\r\n"));
    request.writeBytes(body);
    return RawHttp.send(server.url(), request.toByteArray());
  }

  @Test
  void aRequestTooManyIsToldToTryAgain() throws IOException {
    ApiServer.Limits limits = new ApiServer.Limits(16, 1, 1, Duration.ofMillis(100));
    try (ApiServer small = start(limits);
        Socket slow = RawHttp.open(small.url())) {
      slow.getOutputStream()
          .write(
              "POST /body HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{"
                  .getBytes(StandardCharsets.US_ASCII));
      // Once the slow request holds the only place, the next one waits in vain.
      Awaitility.await()
          .untilAsserted(
              () -> {
                RawHttp.Reply reply = RawHttp.get(small.url(), "/ids/a");
                Problems.check(reply, 503);
                assertThat(reply.header("Retry-After")).contains("1");
              });
      assertThat(RawHttp.get(small.url(), "/livez").status()).isEqualTo(200);
      slow.getOutputStream().write('}');
      Awaitility.await().until(() -> RawHttp.get(small.url(), "/ids/a").status() == 200);
    }
  }

  @Test
  void aTakenPortIsAnErrorOfTheUser() {
    int taken = server.url().getPort();
    assertThatThrownBy(
            () ->
                ApiServer.start(
                    "127.0.0.1", taken, ApiServer.Limits.DEFAULT, METRICS, ApiServerTest::routes))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(Integer.toString(taken));
  }
}
