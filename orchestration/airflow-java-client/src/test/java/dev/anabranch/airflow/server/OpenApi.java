package dev.anabranch.airflow.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;

/** The OpenAPI documents inside an installed Airflow: of its API, and of its logins. */
public final class OpenApi {

  private static final List<String> FILES =
      List.of(
          "core_api/openapi/v2-rest-api-generated.yaml",
          "auth/managers/simple/openapi/v2-simple-auth-manager-generated.yaml");

  private final List<JsonNode> documents;

  private OpenApi(List<JsonNode> documents) {
    this.documents = documents;
  }

  public static OpenApi read(Path venv) throws IOException {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(16 << 20); // 3 MiB by default, and it grows with each version
    YAMLMapper yaml = new YAMLMapper(YAMLFactory.builder().loaderOptions(limits).build());
    Path packages;
    try (Stream<Path> pythons = Files.list(venv.resolve("lib"))) {
      packages = pythons.findFirst().orElseThrow().resolve("site-packages/airflow/api_fastapi");
    }
    List<JsonNode> documents = new ArrayList<>();
    for (String file : FILES) {
      documents.add(yaml.readTree(packages.resolve(file).toFile()));
    }
    return new OpenApi(documents);
  }

  /** What is documented for a request; fails where there is nothing. */
  public JsonNode operation(String method, String path) {
    return documents.stream()
        .flatMap(document -> document.path("paths").properties().stream())
        .filter(entry -> path.matches(entry.getKey().replaceAll("\\{[^}]+}", "[^/]+")))
        .map(entry -> entry.getValue().path(method.toLowerCase(Locale.ROOT)))
        .filter(JsonNode::isObject)
        .findFirst()
        .orElseThrow(() -> new AssertionError("Not documented: " + method + " " + path));
  }

  /** The names of an operation's query parameters. */
  public List<String> queryParameters(JsonNode operation) {
    List<String> names = new ArrayList<>();
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("in").asText().equals("query")) {
        names.add(parameter.path("name").asText());
      }
    }
    return names;
  }

  /** The schema of an operation's JSON body. */
  public JsonNode bodySchema(JsonNode operation) {
    String reference = operation.at("/requestBody/content/application~1json/schema/$ref").asText();
    return schema(reference.substring(reference.lastIndexOf('/') + 1));
  }

  /** A schema by name; fails where there is none. */
  public JsonNode schema(String name) {
    return documents.stream()
        .map(document -> document.path("components").path("schemas").path(name))
        .filter(JsonNode::isObject)
        .findFirst()
        .orElseThrow(() -> new AssertionError("Not documented: " + name));
  }

  /** The values of an enumeration. */
  public List<String> values(String schema) {
    List<String> values = new ArrayList<>();
    schema(schema).path("enum").forEach(value -> values.add(value.asText()));
    return values;
  }

  /** The names of an object's fields. */
  public static List<String> fields(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** The names of a query's parameters. */
  public static List<String> parameters(URI uri) {
    String query = uri.getQuery();
    return query == null
        ? List.of()
        : Stream.of(query.split("&", -1)).map(pair -> pair.replaceFirst("=.*", "")).toList();
  }
}
