package dev.anabranch.lakehouse.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.event.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * One record that was sent and that the broker has.
 *
 * @param kind what the sender meant by it
 * @param reason why the platform must refuse it; there exactly for a malformed one
 * @param partition its partition in the topic
 * @param offset its offset in the partition
 * @param event the event; there for all but a malformed one. A duplicate has the event that it is a
 *     copy of. The same {@code event_id} in two entries is one event, whatever their kinds
 */
public record LedgerEntry(
    Kind kind, Optional<Reason> reason, int partition, long offset, Optional<Event> event) {

  /** What the sender meant by a record. */
  public enum Kind {
    /** An event, sent about when it happened. */
    EVENT,
    /** An event, sent minutes to hours after it happened. */
    LATE,
    /** A copy of an event that was sent before. */
    DUPLICATE,
    /** A record that the platform must refuse. */
    MALFORMED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in the ledger. */
    public String wireName() {
      return wireName;
    }

    private static Kind ofWireName(String name) {
      for (Kind kind : values()) {
        if (kind.wireName.equals(name)) {
          return kind;
        }
      }
      throw new IllegalArgumentException("the kind is \"" + name + "\"");
    }
  }

  private static final JsonFactory JSON = new JsonFactory();

  public LedgerEntry {
    Objects.requireNonNull(kind, "kind");
    if (reason.isPresent() != (kind == Kind.MALFORMED)) {
      throw new IllegalArgumentException("kind " + kind.wireName() + " with reason " + reason);
    }
    if (event.isPresent() == (kind == Kind.MALFORMED)) {
      throw new IllegalArgumentException("kind " + kind.wireName() + " with event " + event);
    }
    if (partition < 0 || offset < 0) {
      throw new IllegalArgumentException("partition " + partition + ", offset " + offset);
    }
  }

  /** The entry as one line of JSON in UTF-8, with the line feed at its end. */
  public byte[] toLine() {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(320);
        JsonGenerator generator = JSON.createGenerator(bytes)) {
      generator.writeStartObject();
      generator.writeStringField("kind", kind.wireName());
      generator.writeFieldName("reason");
      if (reason.isPresent()) {
        generator.writeString(reason.get().wireName());
      } else {
        generator.writeNull();
      }
      generator.writeNumberField("partition", partition);
      generator.writeNumberField("offset", offset);
      generator.writeFieldName("event");
      if (event.isPresent()) {
        EventJson.write(event.get(), generator);
      } else {
        generator.writeNull();
      }
      generator.writeEndObject();
      generator.writeRaw('\n');
      generator.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
  }

  /**
   * Reads one line, with or without its line feed.
   *
   * @param validator reads the event; of this thread
   * @throws IllegalArgumentException the line is not a ledger's
   */
  public static LedgerEntry parse(String line, EventValidator validator) {
    try (JsonParser parser = JSON.createParser(line)) {
      return read(parser, line, validator);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Not a line of a ledger: " + e.getMessage() + ", in: " + line.strip(), e);
    }
  }

  private static LedgerEntry read(JsonParser parser, String line, EventValidator validator)
      throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("it is not an object");
    }
    String kind = "";
    Optional<Reason> reason = Optional.empty();
    int partition = -1;
    long offset = -1;
    Optional<Event> event = Optional.empty();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      switch (name) {
        case "kind" -> kind = parser.getText();
        case "reason" -> {
          if (token != JsonToken.VALUE_NULL) {
            reason = Optional.of(reason(parser.getText()));
          }
        }
        case "partition" -> partition = parser.getIntValue();
        case "offset" -> offset = parser.getLongValue();
        case "event" -> {
          if (token != JsonToken.VALUE_NULL) {
            int begin = (int) parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            int end = (int) parser.currentLocation().getCharOffset();
            event = Optional.of(event(line.substring(begin, end), validator));
          }
        }
        default -> parser.skipChildren();
      }
    }
    return new LedgerEntry(Kind.ofWireName(kind), reason, partition, offset, event);
  }

  private static Reason reason(String name) {
    return Reason.ofWireName(name)
        .orElseThrow(() -> new IllegalArgumentException("the reason is \"" + name + "\""));
  }

  /** One reader of events serves topic and ledger; no time is too late in a ledger. */
  private static Event event(String json, EventValidator validator) {
    Verdict verdict = validator.validate(json.getBytes(StandardCharsets.UTF_8), Long.MAX_VALUE);
    if (verdict instanceof Verdict.Accepted accepted) {
      return accepted.event();
    }
    throw new IllegalArgumentException("the event is not valid: " + verdict);
  }
}
