package dev.anabranch.airflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.anabranch.airflow.Wire.Answer;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What an error says, on one line. Airflow's {@code detail} is a text, an object (409) or a list
 * (422); an unknown route has {@code error}; and what stands before Airflow answers as it likes.
 */
final class ErrorText {

  private static final int LONGEST = 500;
  private static final Pattern TITLE =
      Pattern.compile("<title[^>]*>([^<]*)</title>", Pattern.CASE_INSENSITIVE);

  private ErrorText() {}

  static String of(Answer answer) {
    String body = answer.body().strip();
    if (body.isEmpty()) {
      return "without a reason";
    }
    if (body.startsWith("<")) {
      Matcher title = TITLE.matcher(body);
      return title.find() ? line("a page titled '" + title.group(1).strip() + "'") : "a page";
    }
    JsonNode json = json(body);
    for (String field : new String[] {"detail", "error", "message", "title"}) {
      if (json.hasNonNull(field)) {
        return line(words(json.get(field)));
      }
    }
    return line(body);
  }

  /** A text on one line, cut where it is long. */
  static String line(String text) {
    String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    return line.codePointCount(0, line.length()) <= LONGEST
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST)) + "…";
  }

  private static String words(JsonNode detail) {
    if (detail.isArray()) {
      return StreamSupport.stream(detail.spliterator(), false)
          .map(ErrorText::words)
          .collect(Collectors.joining("; "));
    }
    if (!detail.isObject()) {
      return detail.asText();
    }
    if (detail.has("msg")) {
      // One complaint of a 422. Its "input" is what was sent: for a login, the password.
      String where =
          StreamSupport.stream(detail.path("loc").spliterator(), false)
              .map(JsonNode::asText)
              .collect(Collectors.joining("."));
      return where + ": " + detail.get("msg").asText();
    }
    if (detail.has("reason")) {
      // Beside the reason a 409 has the SQL statement.
      return detail.get("reason").asText();
    }
    return StreamSupport.stream(
            ((Iterable<Map.Entry<String, JsonNode>>) detail::fields).spliterator(), false)
        .map(field -> field.getKey() + ": " + words(field.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static JsonNode json(String body) {
    try {
      return Json.MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
