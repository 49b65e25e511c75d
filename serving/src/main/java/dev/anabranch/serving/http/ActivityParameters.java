package dev.anabranch.serving.http;

import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.serving.query.ActivityQuery;
import dev.anabranch.serving.query.ActivityRow;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** A question to the view {@code activity}, in parameters and in cursors. */
final class ActivityParameters {
  static final Set<String> NAMES =
      Set.of("from", "to", "window", "slide", "by", "event_type", "channel", "limit", "cursor");
  private static final int CHANNEL_LIMIT = 32;

  private ActivityParameters() {}

  static ActivityQuery read(Parameters parameters) {
    OptionalLong from = minute(parameters, "from");
    OptionalLong to = minute(parameters, "to");
    if (from.isPresent() && to.isPresent() && from.getAsLong() >= to.getAsLong()) {
      throw ProblemException.badParameter("from", "Parameter from is not before to.");
    }
    long window = parameters.text("window").map(t -> Values.minutes("window", t)).orElse(1L);
    long slide = parameters.text("slide").map(t -> slide(t, window)).orElse(window);
    return new ActivityQuery(
        from,
        to,
        window,
        slide,
        by(parameters),
        parameters.list("event_type").map(ActivityParameters::eventTypes),
        parameters.listOfTexts("channel").map(ActivityParameters::channels));
  }

  private static OptionalLong minute(Parameters parameters, String name) {
    Optional<String> text = parameters.text(name);
    return text.isPresent()
        ? OptionalLong.of(Values.minute(name, text.get()))
        : OptionalLong.empty();
  }

  private static long slide(String text, long windowMinutes) {
    long slide = Values.minutes("slide", text);
    if (windowMinutes % slide != 0) {
      throw ProblemException.badParameter(
          "slide",
          "Parameter slide is %d minutes, which does not divide the window of %d minutes."
              .formatted(slide, windowMinutes));
    }
    return slide;
  }

  private static Set<String> by(Parameters parameters) {
    List<String> given = parameters.list("by").orElse(List.of());
    Set<String> by = new HashSet<>();
    for (String field : given) {
      Values.oneOf(
          "by", field, List.of(ActivityQuery.EVENT_TYPE, ActivityQuery.CHANNEL), name -> name);
      if (!by.add(field)) {
        throw ProblemException.badParameter("by", "Parameter by names %s twice.".formatted(field));
      }
    }
    return by;
  }

  private static Set<String> eventTypes(List<String> given) {
    given.forEach(
        type -> Values.oneOf("event_type", type, List.of(EventType.values()), EventType::wireName));
    return new HashSet<>(given);
  }

  private static Set<String> channels(List<String> given) {
    for (String channel : given) {
      if (channel.codePointCount(0, channel.length()) > CHANNEL_LIMIT) {
        throw Values.bad("channel", channel, "a list of texts of 1 to 32 code points");
      }
    }
    return new HashSet<>(given);
  }

  /** The question as a part of a cursor's scope: equal for equal questions. */
  static void write(DataOutputStream out, ActivityQuery query) throws IOException {
    out.writeUTF(query.fromMicros() + " " + query.toMicros());
    out.writeLong(query.windowMinutes());
    out.writeLong(query.slideMinutes());
    write(out, Optional.of(query.by()));
    write(out, query.eventTypes());
    write(out, query.channels());
  }

  private static void write(DataOutputStream out, Optional<Set<String>> texts) throws IOException {
    out.writeInt(texts.map(Set::size).orElse(-1));
    for (String text : new TreeSet<>(texts.orElse(Set.of()))) {
      out.writeUTF(text);
    }
  }

  static void write(DataOutputStream out, ActivityRow.Position position) throws IOException {
    out.writeLong(position.windowStartMicros());
    write(out, position.eventType().map(Set::of));
    write(out, position.channel().map(Set::of));
  }

  static ActivityRow.Position readPosition(DataInputStream in) throws IOException {
    return new ActivityRow.Position(in.readLong(), readText(in), readText(in));
  }

  private static Optional<String> readText(DataInputStream in) throws IOException {
    return in.readInt() < 0 ? Optional.empty() : Optional.of(in.readUTF());
  }
}
