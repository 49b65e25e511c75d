package dev.anabranch.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.api.Api;
import java.util.Map;
import java.util.TreeMap;

/**
 * What both architectures answer for all events, from one snapshot each.
 *
 * @param lambdaUntil offsets below which all is in {@code lambda}
 * @param boundary offsets below which all is in the batch part of {@code lambda}
 * @param kappaUntil offsets below which all is in {@code kappa}
 */
record Comparison(
    Totals lambda,
    Totals kappa,
    Totals batch,
    Map<Integer, Long> lambdaUntil,
    Map<Integer, Long> boundary,
    Map<Integer, Long> kappaUntil) {

  /** All days as one group; the rows, which nobody reads here, are kept to one. */
  static final String QUESTION = "/v1/comparison/activity?window=P1D&limit=1";

  /** Nothing was answered yet. */
  static final Comparison NONE =
      new Comparison(Totals.NONE, Totals.NONE, Totals.NONE, Map.of(), Map.of(), Map.of());

  static Comparison ask(Api api) throws InterruptedException {
    return read(api.get(QUESTION));
  }

  static Comparison read(JsonNode answer) {
    JsonNode summary = answer.required("summary");
    JsonNode lambda = answer.required("as_of").required("lambda");
    JsonNode kappa = answer.required("as_of").required("kappa");
    return new Comparison(
        Totals.read(summary.path("lambda")),
        Totals.read(summary.path("kappa")),
        Totals.read(summary.path("batch")),
        offsets(lambda.path("until_offsets")),
        offsets(lambda.path("boundary")),
        offsets(kappa.path("until_offsets")));
  }

  /** Whether both streams have answered everything below these ends. */
  boolean streamsReach(Map<Integer, Long> ends) {
    return reach(lambdaUntil, ends) && reach(kappaUntil, ends);
  }

  /** Whether lambda's batch part holds everything below these ends. */
  boolean batchReaches(Map<Integer, Long> ends) {
    return reach(boundary, ends);
  }

  /** Whether a JSON object of offsets reaches these ends. */
  static boolean reach(JsonNode offsets, Map<Integer, Long> ends) {
    return reach(offsets(offsets), ends);
  }

  private static boolean reach(Map<Integer, Long> offsets, Map<Integer, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> offsets.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  private static Map<Integer, Long> offsets(JsonNode node) {
    Map<Integer, Long> offsets = new TreeMap<>();
    node.properties().forEach(e -> offsets.put(Integer.valueOf(e.getKey()), e.getValue().asLong()));
    return offsets;
  }
}
