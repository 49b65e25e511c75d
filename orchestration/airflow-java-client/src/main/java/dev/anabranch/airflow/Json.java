package dev.anabranch.airflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.anabranch.airflow.AirflowException.Category;
import dev.anabranch.airflow.Wire.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON to what Airflow means by it. */
final class Json {

  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  /** The answer as it is. */
  static JsonNode tree(Call call, Answer answer) {
    try {
      JsonNode tree = MAPPER.readTree(answer.body());
      if (tree.isContainerNode()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw unreadable(call, answer, e);
    }
    throw unreadable(call, answer, null);
  }

  /** The answer, or a field of it, as a record. */
  static <T> T read(Call call, Answer answer, JsonNode node, TypeReference<T> type) {
    try {
      T value = MAPPER.readerFor(type).readValue(node);
      if (value != null) {
        return value;
      }
    } catch (JsonProcessingException e) {
      throw unreadable(call, answer, e);
    } catch (IOException e) {
      throw new UncheckedIOException("While reading a tree in memory", e);
    }
    throw unreadable(call, answer, null);
  }

  private static AirflowException unreadable(
      Call call, Answer answer, JsonProcessingException cause) {
    String type = answer.contentType().isEmpty() ? "no type" : answer.contentType();
    String reason =
        "with an answer (%s, %d characters) that is not Airflow 3's%s; is this its API server?"
            .formatted(
                type,
                answer.body().length(),
                cause == null ? "" : ": " + ErrorText.line(cause.getOriginalMessage()));
    return call.failure(Category.UNREADABLE, answer.status(), reason, cause);
  }
}
