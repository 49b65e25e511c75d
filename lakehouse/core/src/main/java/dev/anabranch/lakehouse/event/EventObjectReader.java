package dev.anabranch.lakehouse.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Optional;

/**
 * Reads one JSON object, strictly, in one pass and without a tree, and keeps what an event needs of
 * it until the next one. Confined to one thread.
 */
final class EventObjectReader {

  /** What a field holds. */
  enum Kind {
    /** Not there, or null. */
    ABSENT,
    STRING,
    NUMBER,
    OTHER
  }

  /**
   * Duplicate names are found by their decoded form at any depth. Names are not pooled: a pool
   * gives up on names that collide on purpose, and such records are valid JSON.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(1_000)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private static final int MAX_NUMBER_DIGITS = 1_000;

  // Jackson is given characters: from bytes it would guess UTF-16 and UTF-32 and be lax on UTF-8.
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private char[] characters = new char[1_024];
  private final EnumMap<EventField, Kind> kinds = new EnumMap<>(EventField.class);
  private final EnumMap<EventField, String> texts = new EnumMap<>(EventField.class);

  /** Reads a value; what is wrong with it as JSON, or empty where nothing is. */
  Optional<String> read(byte[] value) {
    kinds.clear();
    texts.clear();
    if (characters.length < value.length) {
      characters = new char[value.length];
    }
    ByteBuffer bytes = ByteBuffer.wrap(value);
    CharBuffer decoded = CharBuffer.wrap(characters);
    CoderResult result = decoder.reset().decode(bytes, decoded, true);
    if (result.isError()) {
      return Optional.of("the value is not valid UTF-8 at byte " + bytes.position());
    }
    try (JsonParser parser = JSON.createParser(characters, 0, decoded.position())) {
      return readObject(parser);
    } catch (JsonProcessingException e) {
      return Optional.of(
          Details.clean("the value is not strict JSON" + place(e) + ": " + e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException("Reading from memory failed", e);
    }
  }

  /** Of some faults the parser does not know where they are. */
  private static String place(JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    return location == null || location.getCharOffset() < 0
        ? ""
        : " at character " + location.getCharOffset();
  }

  /** Whether the field of the object that was read last is there, and of what type. */
  Kind kind(EventField field) {
    return kinds.getOrDefault(field, Kind.ABSENT);
  }

  /** A string's characters or a number's literal; empty for any other kind. */
  String text(EventField field) {
    return texts.getOrDefault(field, "");
  }

  private Optional<String> readObject(JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return Optional.of("the value is empty");
    }
    if (first != JsonToken.START_OBJECT) {
      return Optional.of("the value is JSON, but not an object");
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      Optional<EventField> field = EventField.ofWireName(name);
      JsonToken token = parser.nextToken();
      if (field.isPresent()) {
        keep(field.get(), token, parser);
      }
      if (!passOver(token, parser)) {
        return Optional.of("the value has a number of more than " + MAX_NUMBER_DIGITS + " digits");
      }
    }
    if (parser.nextToken() != null) {
      return Optional.of("more text follows the object");
    }
    return Optional.empty();
  }

  /**
   * Goes to the end of the value that begins here; false as soon as a number in it is too long.
   * Jackson's own limit on numbers miscounts some that begin with a zero.
   */
  private static boolean passOver(JsonToken first, JsonParser parser) throws IOException {
    int depth = 0;
    for (JsonToken token = first; ; token = parser.nextToken()) {
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token.isNumeric()
          && parser.getTextLength() > MAX_NUMBER_DIGITS
          && digits(parser.getText()) > MAX_NUMBER_DIGITS) {
        return false;
      }
      if (depth == 0) {
        return true;
      }
    }
  }

  /** The digits of a number's literal, those of its exponent among them. */
  private static long digits(String number) {
    return number.chars().filter(c -> c >= '0' && c <= '9').count();
  }

  private void keep(EventField field, JsonToken token, JsonParser parser) throws IOException {
    switch (token) {
      case VALUE_NULL -> {}
      case VALUE_STRING -> {
        kinds.put(field, Kind.STRING);
        texts.put(field, parser.getText());
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        kinds.put(field, Kind.NUMBER);
        texts.put(field, parser.getText());
      }
      default -> kinds.put(field, Kind.OTHER);
    }
  }
}
