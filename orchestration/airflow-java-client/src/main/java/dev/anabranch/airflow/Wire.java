package dev.anabranch.airflow;

import dev.anabranch.airflow.AirflowException.Category;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one request and returns whatever is answered. */
final class Wire {

  /** An answer of any status. */
  record Answer(int status, String contentType, String body) {
    boolean isSuccess() {
      return status / 100 == 2;
    }
  }

  private final HttpClient http;
  private final String base;
  private final Duration timeout;

  Wire(AirflowSettings settings) {
    // The offer to upgrade to HTTP/2 makes uvicorn drop the body of every POST.
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.connectTimeout())
            .build();
    base = settings.url().toString().replaceFirst("/+$", "");
    timeout = settings.requestTimeout();
  }

  /**
   * Sends a request.
   *
   * @param token empty for none
   * @throws AirflowException where no whole answer came
   */
  Answer send(Call call, String token) throws InterruptedException {
    CompletableFuture<HttpResponse<String>> pending =
        http.sendAsync(request(call, token), BodyHandlers.ofString());
    try {
      // HttpRequest.timeout ends with the headers, and a body that never ends would hang here.
      HttpResponse<String> response = pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          response.body());
    } catch (TimeoutException e) {
      throw call.failure(Category.TIMEOUT, 0, "no whole answer within " + timeout, e);
    } catch (ExecutionException e) {
      throw failure(call, e.getCause());
    } finally {
      pending.cancel(true);
    }
  }

  private HttpRequest request(Call call, String token) {
    String query = call.query().isEmpty() ? "" : "?" + call.query();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + call.path() + query))
            .header("Accept", "application/json");
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (call.body().isPresent()) {
      request.header("Content-Type", "application/json");
      return request
          .method(call.method(), BodyPublishers.ofString(call.body().get().toString()))
          .build();
    }
    return request.method(call.method(), BodyPublishers.noBody()).build();
  }

  private AirflowException failure(Call call, Throwable cause) {
    if (cause instanceof IOException) {
      return call.failure(
          Category.UNREACHABLE,
          0,
          "Airflow at " + base + " does not answer (" + cause + ")",
          cause);
    }
    throw new IllegalStateException("While sending " + call.method() + " " + call.path(), cause);
  }
}
