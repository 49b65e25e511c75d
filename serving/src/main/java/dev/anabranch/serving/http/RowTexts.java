package dev.anabranch.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.anabranch.serving.query.ActivityRow;
import java.io.IOException;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Rows of {@code activity} as JSON, of which the lately written ones are kept: between two requests
 * most rows of a page stay as they were, and to write one takes ten times as long as to copy it. A
 * row's text depends on nothing but the row. Bounded: each row has one place, which it takes from
 * whichever row was there. Safe for use by several threads.
 */
final class RowTexts {
  /** A power of two; with rows and texts of usual length some 15 MiB. */
  private static final int PLACES = 1 << 15;

  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  private final AtomicReferenceArray<Kept> places = new AtomicReferenceArray<>(PLACES);

  private record Kept(ActivityRow row, SerializableString text) {}

  /** The row as one JSON object. */
  SerializableString of(ActivityRow row) throws IOException {
    int hash = row.hashCode() * 0x9E3779B9;
    int place = (hash ^ hash >>> 16) & PLACES - 1;
    Kept kept = places.getAcquire(place);
    if (kept == null || !kept.row().equals(row)) {
      kept = new Kept(row, new SerializedString(text(row)));
      places.setRelease(place, kept);
    }
    return kept.text();
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
