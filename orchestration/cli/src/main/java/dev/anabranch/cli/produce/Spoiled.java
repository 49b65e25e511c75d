package dev.anabranch.cli.produce;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A record's JSON in the making, as literals by name, so that any of it can be wrong. */
final class Spoiled {

  private final Map<String, String> literals = new LinkedHashMap<>();

  private Spoiled() {}

  /** A valid purchase with an event's id, lead, channel and time, which need no escapes. */
  static Spoiled purchase(Event event) {
    Spoiled spoiled = new Spoiled();
    return spoiled
        .with("event_id", '"' + event.eventId() + '"')
        .with("lead_id", '"' + event.leadId() + '"')
        .with("event_type", "\"purchase\"")
        .with("channel", '"' + event.channel() + '"')
        .with("page", "\"/checkout\"")
        .with("amount", "\"19.90\"")
        .with("event_time", '"' + EventJson.formatTime(event.eventTimeMicros()) + '"');
  }

  Spoiled with(String name, String literal) {
    literals.put(name, literal);
    return this;
  }

  Spoiled without(String name) {
    literals.remove(name);
    return this;
  }

  String json() {
    return literals.entrySet().stream()
        .map(field -> '"' + field.getKey() + "\":" + field.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }
}
