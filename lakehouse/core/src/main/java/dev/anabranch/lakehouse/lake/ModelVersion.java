package dev.anabranch.lakehouse.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.error.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.StreamSupport;

/**
 * A trained model as the registry knows it. It never changes.
 *
 * @param version from 1
 * @param card what it was made of and what it is worth; see docs/models.md for its fields
 */
public record ModelVersion(long version, Instant registeredAt, ObjectNode card) {

  /** Where its files are, below the lake's root. */
  public String folder() {
    return card.path("folder").asText();
  }

  public String algorithm() {
    return card.path("algorithm").asText();
  }

  /**
   * How far ahead it predicts a purchase.
   *
   * @throws PlatformException its card does not say
   */
  public Duration horizon() {
    String text = card.path("horizon").asText();
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw PlatformException.external(
          "The card of model %d says '%s' for its horizon, which is no ISO 8601 duration such as PT24H: train another model."
              .formatted(version, text),
          e);
    }
  }

  /** The numbers it takes, in order. */
  public List<String> features() {
    return texts("features");
  }

  /** The columns of words that it takes, in order. */
  public List<String> categories() {
    return texts("categories");
  }

  private List<String> texts(String field) {
    return StreamSupport.stream(card.path(field).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  /** A figure of its evaluation, such as {@code auc}. */
  public OptionalDouble metric(String name) {
    JsonNode value = card.path("metrics").path(name);
    return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
  }
}
