package dev.anabranch.cli.produce;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Something unusual in the traffic that is known to be there.
 *
 * @param from the first minute, inclusive; whole minutes
 * @param until the last minute, exclusive
 * @param type there but for a fraud; so is the channel
 * @param lead there for a fraud
 */
record Incident(
    Kind kind,
    Instant from,
    Instant until,
    Optional<EventType> type,
    Optional<String> channel,
    Optional<String> lead) {

  /** What happens. */
  enum Kind {
    /** Events of a type and channel stay away. */
    DROP("drop"),
    /** Each event of a type and channel comes with several more, of other visitors. */
    BURST("burst"),
    /** One lead buys several times a second. */
    FRAUD("fraud");

    private static final List<Kind> ALL = List.of(values());

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    String wireName() {
      return wireName;
    }
  }

  /**
   * An incident that is asked for.
   *
   * @param length whole minutes
   */
  record Wanted(Kind kind, Duration length) {
    private static final Duration DEFAULT_LENGTH = Duration.ofMinutes(5);

    /**
     * Reads {@code KIND} or {@code KIND:DURATION}.
     *
     * @throws IllegalArgumentException saying what is wanted
     */
    static Wanted parse(String text, Function<String, Duration> duration) {
      int colon = text.indexOf(':');
      String name = colon < 0 ? text : text.substring(0, colon);
      Kind kind =
          Kind.ALL.stream()
              .filter(k -> k.wireName.equals(name))
              .findAny()
              .orElseThrow(() -> new IllegalArgumentException("it must be " + kinds()));
      Duration length = colon < 0 ? DEFAULT_LENGTH : duration.apply(text.substring(colon + 1));
      if (length.compareTo(Duration.ofMinutes(1)) < 0
          || !length.equals(Duration.ofMinutes(length.toMinutes()))) {
        throw new IllegalArgumentException("its duration must be whole minutes, 1 or more");
      }
      return new Wanted(kind, length);
    }

    private static String kinds() {
      return Arrays.stream(Kind.values()).map(Kind::wireName).collect(Collectors.joining(", "))
          + ", or one of them with a duration: drop:10m";
    }
  }

  /** Whether an event is of the incident's minutes, type and channel. */
  boolean concerns(Event event) {
    return holds(event.eventTimeMicros())
        && type.equals(Optional.of(event.type()))
        && channel.equals(Optional.of(event.channel()));
  }

  /** Whether a time, in microseconds since 1970, is in the incident's minutes. */
  boolean holds(long micros) {
    return micros >= from.getEpochSecond() * 1_000_000
        && micros < until.getEpochSecond() * 1_000_000;
  }

  /** For people. */
  String text() {
    String what =
        lead.map(id -> "lead " + id)
            .orElseGet(() -> type.orElseThrow().wireName() + " of " + channel.orElseThrow());
    return "%s of %s from %s to %s".formatted(kind.wireName, what, from, until);
  }
}
