package dev.anabranch.lakehouse.event;

import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;

/**
 * One event that a validator accepted or a producer made.
 *
 * @param channel {@code unknown} where the record has none
 * @param page absent where the record has none; may be empty
 * @param amountCents 0 to 10^18 exclusive; 0 for every type but a purchase
 * @param eventTimeMicros microseconds since 1970-01-01T00:00:00Z
 */
public record Event(
    String eventId,
    String leadId,
    EventType type,
    String channel,
    Optional<String> page,
    long amountCents,
    long eventTimeMicros)
    implements Serializable {

  /** Exclusive upper bound of an amount in cents: 10^16 in units of the currency. */
  public static final long AMOUNT_CENTS_LIMIT = 1_000_000_000_000_000_000L;

  /** The channel of an event that names none. */
  public static final String UNKNOWN_CHANNEL = "unknown";

  public Event {
    Objects.requireNonNull(eventId, "eventId");
    Objects.requireNonNull(leadId, "leadId");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(page, "page");
    if (amountCents < 0 || amountCents >= AMOUNT_CENTS_LIMIT) {
      throw new IllegalArgumentException(
          "amountCents is " + amountCents + "; it must be from 0 to below " + AMOUNT_CENTS_LIMIT);
    }
    if (amountCents != 0 && type != EventType.PURCHASE) {
      throw new IllegalArgumentException(
          "amountCents is "
              + amountCents
              + " in a "
              + type.wireName()
              + "; only a purchase has one");
    }
  }

  /** An Optional is not serializable: what is written is the same record with a nullable page. */
  private Object writeReplace() {
    return new Serialized(
        eventId, leadId, type, channel, page.orElse(null), amountCents, eventTimeMicros);
  }

  private record Serialized(
      String eventId,
      String leadId,
      EventType type,
      String channel,
      String pageOrNull,
      long amountCents,
      long eventTimeMicros)
      implements Serializable {

    private Object readResolve() {
      return new Event(
          eventId,
          leadId,
          type,
          channel,
          Optional.ofNullable(pageOrNull),
          amountCents,
          eventTimeMicros);
    }
  }
}
