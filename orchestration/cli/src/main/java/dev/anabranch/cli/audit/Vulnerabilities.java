package dev.anabranch.cli.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Asks OSV (https://google.github.io/osv.dev/post-v1-querybatch/) what is known of artefacts. */
final class Vulnerabilities {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final URI url;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  Vulnerabilities(URI url) {
    this.url = url;
  }

  /**
   * The ids of vulnerabilities by {@code group:artifact:version}; artefacts without any are not in
   * it.
   *
   * @throws CommandFailure nobody answers there
   */
  Map<String, Set<String>> of(List<Dependency> dependencies) throws InterruptedException {
    ObjectNode question = MAPPER.createObjectNode();
    ArrayNode queries = question.putArray("queries");
    for (Dependency dependency : dependencies) {
      ObjectNode query = queries.addObject();
      query.put("version", dependency.version());
      query.putObject("package").put("ecosystem", "Maven").put("name", dependency.name());
    }
    JsonNode results = ask(question).path("results");
    if (results.size() != dependencies.size()) {
      throw CommandFailure.failed(
          "OSV at %s answers for %d of %d artefacts."
              .formatted(url, results.size(), dependencies.size()));
    }
    Map<String, Set<String>> known = new TreeMap<>();
    for (int i = 0; i < results.size(); i++) {
      for (JsonNode vulnerability : results.get(i).path("vulns")) {
        Dependency dependency = dependencies.get(i);
        known
            .computeIfAbsent(
                dependency.name() + ":" + dependency.version(), artefact -> new TreeSet<>())
            .add(vulnerability.path("id").asText());
      }
    }
    return known;
  }

  private JsonNode ask(ObjectNode question) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofMinutes(1))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question.toString()))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw CommandFailure.failed(
            "OSV at %s answers %d, so vulnerabilities are not known."
                .formatted(url, answer.statusCode()));
      }
      return MAPPER.readTree(answer.body());
    } catch (IOException e) {
      throw CommandFailure.notRunning(
          "OSV at %s does not answer, so vulnerabilities are not known: does this machine reach it?"
              .formatted(url),
          e);
    }
  }
}
