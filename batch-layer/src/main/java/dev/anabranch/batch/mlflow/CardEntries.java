package dev.anabranch.batch.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A model's card as MLflow's flat parameters and metrics. */
final class CardEntries {
  /** MLflow takes no longer ones; the whole card is beside them. */
  static final int LONGEST = 6_000;

  private static final String METRICS = "metrics";

  /** Figures, of which the kept pipeline's are metrics. */
  private static final Set<String> NO_PARAMETERS = Set.of(METRICS, "candidates");

  private CardEntries() {}

  /** What a model was made of, by name; lists with commas between their words. */
  static SortedMap<String, String> parameters(ObjectNode card) {
    SortedMap<String, String> parameters = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : card.properties()) {
      String name = field.getKey();
      if (name.equals("compared_with")) {
        put(parameters, "compared_with.version", field.getValue().path("version"));
      } else if (field.getValue().isObject() && !NO_PARAMETERS.contains(name)) {
        field
            .getValue()
            .properties()
            .forEach(in -> put(parameters, name + "." + in.getKey(), in.getValue()));
      } else if (!NO_PARAMETERS.contains(name)) {
        put(parameters, name, field.getValue());
      }
    }
    return parameters;
  }

  private static void put(Map<String, String> parameters, String name, JsonNode value) {
    String text =
        value.isArray()
            ? StreamSupport.stream(value.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(","))
            : value.isObject() ? value.toString() : value.asText();
    if (!text.isEmpty()) {
      parameters.put(name, text.substring(0, Math.min(LONGEST, text.length())));
    }
  }

  /** What a model is worth on the test rows, by name. */
  static SortedMap<String, Double> metrics(ObjectNode card) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    for (Map.Entry<String, JsonNode> figure : card.path(METRICS).properties()) {
      if (figure.getValue().isNumber()) {
        metrics.put(figure.getKey(), figure.getValue().asDouble());
      }
    }
    return metrics;
  }
}
