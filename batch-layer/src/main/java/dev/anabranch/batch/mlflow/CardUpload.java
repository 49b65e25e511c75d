package dev.anabranch.batch.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Puts a model's card beside its run. MLflow's client hands files over by MLflow's command line,
 * which is not there; a server that takes files itself says so in the run's address.
 */
final class CardUpload {
  static final String FILE = "model-card.json";

  private final URI server;
  private final Duration limit;

  /** Of HTTP 1.1: servers of its kind lose a body behind an offer of 2. */
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  CardUpload(URI server, Duration limit) {
    this.server = server;
    this.limit = limit;
  }

  /**
   * Puts it, or does nothing where the server takes no files.
   *
   * @param artifacts the folder of the run
   * @throws IllegalStateException the server refuses it or does not answer in time
   */
  void put(URI artifacts, ObjectNode card) {
    if (!"mlflow-artifacts".equals(artifacts.getScheme())) {
      return;
    }
    String base = server.toString().replaceAll("/+$", "");
    URI file =
        URI.create(
            "%s/api/2.0/mlflow-artifacts/artifacts%s/%s"
                .formatted(base, artifacts.getRawPath(), FILE));
    HttpRequest request =
        HttpRequest.newBuilder(file)
            .timeout(limit)
            .PUT(HttpRequest.BodyPublishers.ofString(card.toPrettyString()))
            .build();
    try {
      HttpResponse<String> answer =
          http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            "%s: %d %s".formatted(FILE, answer.statusCode(), answer.body()));
      }
    } catch (IOException e) {
      throw new IllegalStateException(FILE + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(FILE + ": interrupted", e);
    }
  }
}
