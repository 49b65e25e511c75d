package dev.anabranch.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * Speaks to one serving process over kept-alive HTTP/1.1 connections. An answer of 4xx or 5xx
 * becomes a {@link CommandFailure} with the server's own words.
 */
public final class Api {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String base;
  private final String token;

  /**
   * @param base URL of the server, without a slash at the end
   * @param token what changing calls carry, empty for none
   */
  public Api(String base, String token) {
    this.base = Objects.requireNonNull(base);
    this.token = Objects.requireNonNull(token);
  }

  /** An answer: of 2xx, or another that the caller is prepared for. */
  public record Answer(int status, JsonNode body) {}

  /** Reads a resource. */
  public JsonNode get(String path) throws InterruptedException {
    return send(request(path).GET(), Set.of()).body();
  }

  /** Asks for a change; an empty body is sent as none. */
  public Answer post(String path, String json) throws InterruptedException {
    return post(path, json, Set.of());
  }

  /**
   * Asks for a change; an empty body is sent as none.
   *
   * @param also statuses beside 2xx that are no failure here
   */
  public Answer post(String path, String json, Set<Integer> also) throws InterruptedException {
    HttpRequest.Builder request = request(path);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (json.isEmpty()) {
      return send(request.POST(BodyPublishers.noBody()), also);
    }
    return send(
        request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)),
        also);
  }

  /** A text as one segment of a path or value of a query. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(60));
  }

  private Answer send(HttpRequest.Builder builder, Set<Integer> also) throws InterruptedException {
    HttpRequest request = builder.build();
    HttpResponse<String> response;
    try {
      response = http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw CommandFailure.notRunning(
          "The API at %s does not answer (%s); see ./anabranch status.".formatted(base, e), e);
    }
    JsonNode body = json(response.body());
    int status = response.statusCode();
    if (status / 100 == 2 || also.contains(status)) {
      return new Answer(status, body);
    }
    String what =
        "%s %s: %d %s"
            .formatted(
                request.method(),
                request.uri().getPath(),
                status,
                body.path("detail").asText(body.path("title").asText("without a reason")));
    throw switch (status) {
      case 400 -> CommandFailure.usage(what);
      case 401, 403 ->
          CommandFailure.failed(
              what + " (the token is that of api.token_file or ANABRANCH_API_TOKEN_FILE)");
      case 502, 503, 504 -> CommandFailure.notRunning(what);
      default -> CommandFailure.failed(what);
    };
  }

  private static JsonNode json(String body) {
    try {
      return body.isBlank() ? MissingNode.getInstance() : MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
