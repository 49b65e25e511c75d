package dev.anabranch.airflow.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A line of a task's log.
 *
 * @param level {@code info}, {@code warning}, …; empty where the line has none
 * @param errors what was raised, the outermost first, each as {@code TypeError: words}
 */
public record LogLine(
    Optional<Instant> timestamp, Optional<String> level, String event, List<String> errors) {

  public LogLine {
    Objects.requireNonNull(timestamp, "timestamp");
    Objects.requireNonNull(level, "level");
    Objects.requireNonNull(event, "event");
    errors = List.copyOf(errors);
  }

  /** A line is a structured message or plain text, and its time may be of any form or missing. */
  @JsonCreator
  static LogLine of(JsonNode line) {
    if (line.isTextual()) {
      return new LogLine(Optional.empty(), Optional.empty(), line.textValue(), List.of());
    }
    List<String> errors = new ArrayList<>();
    for (JsonNode error : line.path("error_detail")) {
      errors.add(error.path("exc_type").asText() + ": " + error.path("exc_value").asText());
    }
    return new LogLine(
        Optional.ofNullable(line.path("timestamp").textValue()).flatMap(LogLine::instant),
        Optional.ofNullable(line.path("level").textValue()),
        line.path("event").asText(),
        errors);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** As one would read it in a terminal. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    timestamp.ifPresent(at -> text.append(at).append(' '));
    level.ifPresent(word -> text.append(word).append(' '));
    text.append(event);
    errors.forEach(error -> text.append("\n  ").append(error));
    return text.toString();
  }
}
