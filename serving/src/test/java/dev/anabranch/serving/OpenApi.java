package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Holds answers against the OpenAPI document: the parts of JSON Schema that it uses. */
final class OpenApi {
  private final JsonNode document;

  private OpenApi(JsonNode document) {
    this.document = document;
  }

  static OpenApi load() {
    try (InputStream in = OpenApi.class.getResourceAsStream("http/openapi.json")) {
      return new OpenApi(new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode document() {
    return document;
  }

  /** Each route as {@code GET /path}. */
  List<String> routes() {
    List<String> routes = new ArrayList<>();
    document
        .path("paths")
        .fields()
        .forEachRemaining(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            routes.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    return routes;
  }

  /** Names of the query parameters of a route. */
  Set<String> queryParameters(String method, String path) {
    Set<String> names = new TreeSet<>();
    for (JsonNode parameter : operation(method, path).path("parameters")) {
      JsonNode resolved = resolve(parameter);
      if (resolved.path("in").asText().equals("query")) {
        names.add(resolved.path("name").asText());
      }
    }
    return names;
  }

  /** The answer is one that the document describes for this call and status. */
  void check(String method, String path, int status, String type, JsonNode body) {
    JsonNode response =
        resolve(operation(method, path).path("responses").path(Integer.toString(status)));
    assertThat(response.isMissingNode())
        .as("%s %s %d is described", method, path, status)
        .isFalse();
    JsonNode schema = response.path("content").path(type).path("schema");
    assertThat(schema.isMissingNode()).as("%s %s %d as %s", method, path, status, type).isFalse();
    assertThat(faults(schema, body, "$")).as(body.toString()).isEmpty();
  }

  private JsonNode operation(String method, String path) {
    Iterator<Map.Entry<String, JsonNode>> paths = document.path("paths").fields();
    Optional<JsonNode> best = Optional.empty();
    while (paths.hasNext()) {
      Map.Entry<String, JsonNode> entry = paths.next();
      JsonNode operation = entry.getValue().path(method.toLowerCase(Locale.ROOT));
      String pattern = entry.getKey().replaceAll("\\{[a-z_]+}", "[^/]+");
      if (!operation.isMissingNode() && path.matches(pattern)) {
        best = Optional.of(operation);
      }
    }
    return best.orElseThrow(() -> new AssertionError(method + " " + path + " is not described"));
  }

  private JsonNode resolve(JsonNode node) {
    JsonNode reference = node.path("$ref");
    return reference.isMissingNode() ? node : document.at(reference.asText().substring(1));
  }

  private List<String> faults(JsonNode given, JsonNode value, String where) {
    JsonNode schema = resolve(given);
    List<String> faults = new ArrayList<>();
    if (schema.has("oneOf")) {
      int good = 0;
      for (JsonNode one : schema.path("oneOf")) {
        good += faults(one, value, where).isEmpty() ? 1 : 0;
      }
      if (good != 1) {
        faults.add(where + " fits " + good + " of its alternatives: " + value);
      }
    }
    if (schema.has("type") && !fitsType(schema.path("type"), value)) {
      faults.add(where + " is not of " + schema.path("type") + ": " + value);
      return faults;
    }
    if (schema.has("const") && !schema.path("const").equals(value)) {
      faults.add(where + " is not " + schema.path("const"));
    }
    if (schema.has("enum") && !contains(schema.path("enum"), value)) {
      faults.add(where + " is none of " + schema.path("enum") + ": " + value);
    }
    if (schema.has("minimum")
        && value.isNumber()
        && value.asDouble() < schema.path("minimum").asDouble()) {
      faults.add(where + " is below its minimum: " + value);
    }
    if (schema.has("pattern")
        && value.isTextual()
        && !Pattern.compile(schema.path("pattern").asText()).matcher(value.asText()).find()) {
      faults.add(where + " does not fit its pattern: " + value);
    }
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        faults.addAll(faults(schema.path("items"), value.get(i), where + "[" + i + "]"));
      }
    }
    if (value.isObject()) {
      faults.addAll(faultsOfFields(schema, value, where));
    }
    return faults;
  }

  private List<String> faultsOfFields(JsonNode schema, JsonNode value, String where) {
    List<String> faults = new ArrayList<>();
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        faults.add(where + " has no " + required.asText());
      }
    }
    JsonNode names = schema.path("propertyNames").path("enum");
    JsonNode more = schema.path("additionalProperties");
    value
        .fields()
        .forEachRemaining(
            field -> {
              String at = where + "." + field.getKey();
              JsonNode known = schema.path("properties").path(field.getKey());
              if (!known.isMissingNode()) {
                faults.addAll(faults(known, field.getValue(), at));
              } else if (more.isBoolean() && !more.asBoolean()) {
                faults.add(at + " is not described");
              } else if (more.isObject()) {
                faults.addAll(faults(more, field.getValue(), at));
              }
              if (names.isArray() && !contains(names, TextNode.valueOf(field.getKey()))) {
                faults.add(at + " is no name that may be here");
              }
            });
    return faults;
  }

  private static boolean contains(JsonNode values, JsonNode value) {
    for (JsonNode one : values) {
      if (one.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean fitsType(JsonNode types, JsonNode value) {
    if (types.isArray()) {
      for (JsonNode type : types) {
        if (fitsType(type, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (types.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new AssertionError("Type " + types + " of the document is unknown here");
    };
  }
}
