package dev.anabranch.serving.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The parameters of a request's query: each one known, given once, not empty, in valid UTF-8 and
 * without control characters. The query is read as RFC 3986 has it: a plus is a plus, so that an
 * offset such as {@code +02:00} may stand as it is.
 */
final class Parameters {
  private final Map<String, String> raw;

  private Parameters(Map<String, String> raw) {
    this.raw = raw;
  }

  /**
   * Reads and checks a query.
   *
   * @param query the part of the request's target behind the question mark, as it was sent
   * @param known the names that this route has
   * @throws ProblemException status 400, blaming the first parameter that breaks the rules
   */
  static Parameters parse(Optional<String> query, Set<String> known) {
    Map<String, String> raw = new HashMap<>();
    for (String pair : query.orElse("").split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String rawName = equals < 0 ? pair : pair.substring(0, equals);
      String name = decode(rawName, rawName);
      if (!known.contains(name)) {
        throw unknown(name, known);
      }
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      check(name, value);
      if (raw.putIfAbsent(name, value) != null) {
        throw ProblemException.badParameter(
            name, "Parameter %s is given twice; give it once.".formatted(name));
      }
    }
    return new Parameters(raw);
  }

  private static ProblemException unknown(String name, Set<String> known) {
    return ProblemException.badParameter(
        name,
        "Parameter %s is unknown here; this route has %s."
            .formatted(
                Shown.quoted(name),
                known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known))));
  }

  private static void check(String name, String rawValue) {
    String value = decode(name, rawValue);
    if (value.isEmpty()) {
      throw ProblemException.badParameter(
          name, "Parameter %s is empty; give it a value or leave it out.".formatted(name));
    }
    if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw ProblemException.badParameter(
          name, "Parameter %s has a control character.".formatted(name));
    }
  }

  private static String decode(String name, String encoded) {
    try {
      return Percent.decode(encoded);
    } catch (Percent.InvalidEncodingException e) {
      throw ProblemException.badParameter(
          name, "Parameter %s %s.".formatted(Shown.quoted(name), e.getMessage()));
    }
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(raw.get(name)).map(value -> decode(name, value));
  }

  /** A list with commas; a comma may be percent-encoded. No item is empty. */
  Optional<List<String>> list(String name) {
    return text(name).map(value -> items(name, value));
  }

  /**
   * As {@link #list}, of free texts: there a plus that is not percent-encoded stands for a space,
   * as in a form. Nearly every client's library writes a space that way, and a plus as {@code %2B}.
   */
  Optional<List<String>> listOfTexts(String name) {
    return Optional.ofNullable(raw.get(name))
        .map(value -> items(name, decode(name, value.replace('+', ' '))));
  }

  private static List<String> items(String name, String value) {
    List<String> items = new ArrayList<>(Arrays.asList(value.split(",", -1)));
    if (items.contains("")) {
      throw ProblemException.badParameter(
          name, "Parameter %s has an empty item in its list.".formatted(name));
    }
    return items;
  }
}
