package dev.anabranch.lakehouse.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The JSON of an event, as producers send it. */
public final class EventJson {

  private static final JsonFactory JSON = new JsonFactory();

  private EventJson() {}

  /** The event as one JSON object in UTF-8, which the validator reads back as an equal event. */
  public static byte[] write(Event event) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(256);
        JsonGenerator generator = JSON.createGenerator(bytes)) {
      write(event, generator);
      generator.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
  }

  /** Writes the event as one JSON object. */
  public static void write(Event event, JsonGenerator generator) throws IOException {
    generator.writeStartObject();
    generator.writeStringField("event_id", event.eventId());
    generator.writeStringField("lead_id", event.leadId());
    generator.writeStringField("event_type", event.type().wireName());
    generator.writeStringField("channel", event.channel());
    if (event.page().isPresent()) {
      generator.writeStringField("page", event.page().get());
    }
    if (event.type() == EventType.PURCHASE) {
      generator.writeStringField("amount", Amounts.format(event.amountCents()));
    }
    generator.writeStringField("event_time", formatTime(event.eventTimeMicros()));
    generator.writeEndObject();
  }

  /** RFC 3339 in UTC with as many decimals (0, 3 or 6) as the time needs. */
  public static String formatTime(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}
