package dev.anabranch.cli.produce;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.Reason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Every way in which a record can be wrong, by the reason that it must be refused for. Each spoils
 * a purchase that carries an event's id, lead and time; a refused record does not use up that id.
 */
final class Malformations {

  /** Makes the value of a spoiled record; empty is a record without a value. */
  interface Malformation extends Function<Event, Optional<byte[]>> {}

  private static final Map<Reason, List<Malformation>> ALL = new EnumMap<>(Reason.class);

  static {
    for (Reason reason : Reason.values()) {
      ALL.put(reason, new ArrayList<>());
    }
    tooLarge();
    notJson();
    missingFields();
    badTypes();
    text(Reason.UNKNOWN_EVENT_TYPE, "event_type", "", "refund", "Purchase", "purchase ", "visit");
    badNames();
    badAmounts();
    badTimes();
    field(Reason.IN_THE_FUTURE, "event_time", "\"9999-01-01T00:00:00Z\"");
  }

  private Malformations() {}

  /** The ways of a reason; at least one. */
  static List<Malformation> of(Reason reason) {
    return List.copyOf(ALL.get(reason));
  }

  private static void tooLarge() {
    field(Reason.TOO_LARGE, "note", '"' + "x".repeat(65_536) + '"');
  }

  private static void notJson() {
    add(Reason.NOT_JSON, event -> Optional.empty());
    whole("");
    whole(" ");
    whole("[]");
    whole("\"event\"");
    whole("42");
    whole("null");
    whole("not json");
    changed(json -> "\ufeff" + json);
    changed(json -> json + "{}");
    changed(json -> json + ",");
    changed(json -> json.substring(0, json.length() - 1));
    changed(json -> json.substring(0, json.length() / 2));
    changed(json -> "[" + json + "]");
    changed(json -> json.replace('"', '\''));
    member(",");
    member(",\"event_id\":\"again\"");
    member(",\"event_\\u0069d\":\"again\"");
    member(",\"note\":{\"a\":[{\"b\":1,\"b\":2}]}");
    member(",\"note\":NaN");
    member(",\"note\":+1");
    member(",\"note\":01");
    member(",\"note\":1.");
    member(",\"note\":tru");
    member(",\"note\":\"\t\"");
    member(",\"note\":\"\\x41\"");
    member(",\"note\":" + "7".repeat(1_001));
    member(",\"note\":" + "[".repeat(1_000) + "]".repeat(1_000));
    member(" /* comment */");
    add(Reason.NOT_JSON, event -> Optional.of(Spoiled.purchase(event).json().getBytes(UTF_16LE)));
    for (int[] bytes : new int[][] {{0xff}, {0xc3}, {0xc0, 0x80}, {0xed, 0xa0, 0x80}}) {
      add(Reason.NOT_JSON, event -> Optional.of(withBytesInPage(event, bytes)));
    }
  }

  private static void missingFields() {
    for (String name : List.of("event_id", "lead_id", "event_type", "amount", "event_time")) {
      add(
          Reason.MISSING_FIELD,
          event -> Optional.of(Spoiled.purchase(event).without(name).json().getBytes(UTF_8)));
      field(Reason.MISSING_FIELD, name, "null");
    }
    add(Reason.MISSING_FIELD, event -> Optional.of("{}".getBytes(UTF_8)));
  }

  private static void badTypes() {
    field(Reason.BAD_TYPE, "event_id", "17", "[\"e\"]");
    field(Reason.BAD_TYPE, "lead_id", "true", "{}");
    field(Reason.BAD_TYPE, "event_type", "1", "[]");
    field(Reason.BAD_TYPE, "channel", "3.5", "false");
    field(Reason.BAD_TYPE, "page", "{\"path\":\"/\"}");
    field(Reason.BAD_TYPE, "amount", "true", "[19.90]", "{}");
    field(Reason.BAD_TYPE, "event_time", "1764000000");
  }

  private static void badNames() {
    for (String name : List.of("event_id", "lead_id", "channel")) {
      String tooLong = "x".repeat(name.equals("channel") ? 33 : 65);
      text(Reason.BAD_VALUE, name, "", "   ", "a\\u0000b", "\\u007f", "\\ud800", tooLong);
    }
    text(Reason.BAD_VALUE, "lead_id", ".", "..");
    text(Reason.BAD_VALUE, "page", "/" + "x".repeat(512), "\\udc00");
  }

  private static void badAmounts() {
    text(Reason.BAD_VALUE, "amount", "", "free", "-1", "1.234", "1e2", ".5", "1,50", " 1");
    text(Reason.BAD_VALUE, "amount", "10000000000000000");
    field(Reason.BAD_VALUE, "amount", "-0.01", "0.001", "1e16", "1e999999999", "1e-999999999");
  }

  private static void badTimes() {
    text(Reason.BAD_VALUE, "event_time", "", "yesterday", "2024-06-01", "2024-06-01T10:00:00");
    text(Reason.BAD_VALUE, "event_time", "2024-06-01 10:00:00Z", "2024-06-01T10:00Z");
    text(Reason.BAD_VALUE, "event_time", "2024-06-01T10:00:00.Z", "2024-06-01T10:00:00+18:01");
    text(Reason.BAD_VALUE, "event_time", "2024-06-01T24:00:00Z", "2024-06-01T10:00:60Z");
    text(Reason.BAD_VALUE, "event_time", "2024-02-30T10:00:00Z", "1999-12-31T23:59:59Z");
  }

  /** Not JSON: a text whatever the event. */
  private static void whole(String text) {
    add(Reason.NOT_JSON, event -> Optional.of(text.getBytes(UTF_8)));
  }

  /** Not JSON: a valid record changed as a text. */
  private static void changed(Function<String, String> change) {
    add(
        Reason.NOT_JSON,
        event -> Optional.of(change.apply(Spoiled.purchase(event).json()).getBytes(UTF_8)));
  }

  /** Not JSON: a valid record with a text before its closing brace. */
  private static void member(String text) {
    changed(json -> json.substring(0, json.length() - 1) + text + "}");
  }

  /** A field with each of some literals in turn. */
  private static void field(Reason reason, String name, String... literals) {
    for (String literal : literals) {
      add(
          reason,
          event -> Optional.of(Spoiled.purchase(event).with(name, literal).json().getBytes(UTF_8)));
    }
  }

  /** A field with each of some strings in turn, written as they are between quotes. */
  private static void text(Reason reason, String name, String... texts) {
    for (String text : texts) {
      field(reason, name, '"' + text + '"');
    }
  }

  private static void add(Reason reason, Malformation malformation) {
    ALL.get(reason).add(malformation);
  }

  private static byte[] withBytesInPage(Event event, int... bytes) {
    String json = Spoiled.purchase(event).with("page", "\"/!\"").json();
    int place = json.indexOf('!');
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    value.writeBytes(json.substring(0, place).getBytes(UTF_8));
    for (int b : bytes) {
      value.write(b);
    }
    value.writeBytes(json.substring(place + 1).getBytes(UTF_8));
    return value.toByteArray();
  }
}
