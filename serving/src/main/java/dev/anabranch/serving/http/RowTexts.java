package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.serving.query.ActivityRow;
import java.io.IOException;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Rows of {@code activity} as JSON, of which the lately written ones are kept: between two requests
 * most rows of a page stay as they were, and to copy one takes less than to write it. A row's text
 * depends on nothing but the row. Bounded: each row has one place, which it takes from whichever
 * row was there. Safe for use by several threads.
 */
final class RowTexts {
  private static final int PLACES_BITS = 15;

  /** With rows and texts of usual length some 15 MiB. */
  private static final int PLACES = 1 << PLACES_BITS;

  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  private final AtomicReferenceArray<Kept> places = new AtomicReferenceArray<>(PLACES);

  private record Kept(ActivityRow row, SerializableString text) {}

  /** The row as one JSON object. */
  SerializableString of(ActivityRow row) throws IOException {
    int place = place(row);
    Kept kept = places.getAcquire(place);
    if (kept == null || !same(kept.row(), row)) {
      kept = new Kept(row, new SerializedString(text(row)));
      places.setRelease(place, kept);
    }
    return kept.text();
  }

  /** By what identifies a row, so that a row that has changed takes the place of what it was. */
  private static int place(ActivityRow row) {
    long key = row.windowStartMicros() / Key.Minute.MICROS * 31 + row.windowEndMicros();
    key = (key * 31 + row.eventType().hashCode()) * 31 + row.channel().hashCode();
    return (int) ((key * 0x9E3779B97F4A7C15L) >>> (64 - PLACES_BITS));
  }

  /** As {@code equals}: the one made for records took a fifth of a request, by a profile. */
  private static boolean same(ActivityRow one, ActivityRow other) {
    return one.windowStartMicros() == other.windowStartMicros()
        && one.windowEndMicros() == other.windowEndMicros()
        && one.events() == other.events()
        && one.leads() == other.leads()
        && one.revenue().compareTo(other.revenue()) == 0
        && one.eventType().equals(other.eventType())
        && one.channel().equals(other.channel());
  }

  private static String text(ActivityRow row) throws IOException {
    StringWriter text = new StringWriter(160);
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      ActivityRoutes.writeKey(json, new Instants(), row);
      ActivityRoutes.writeMeasures(json, row.events(), row.revenue(), row.leads());
      json.writeEndObject();
    }
    return text.toString();
  }
}
