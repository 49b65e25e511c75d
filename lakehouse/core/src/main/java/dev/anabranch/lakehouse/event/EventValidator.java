package dev.anabranch.lakehouse.event;

import static dev.anabranch.lakehouse.event.EventField.AMOUNT;
import static dev.anabranch.lakehouse.event.EventField.CHANNEL;
import static dev.anabranch.lakehouse.event.EventField.EVENT_ID;
import static dev.anabranch.lakehouse.event.EventField.EVENT_TIME;
import static dev.anabranch.lakehouse.event.EventField.EVENT_TYPE;
import static dev.anabranch.lakehouse.event.EventField.LEAD_ID;
import static dev.anabranch.lakehouse.event.EventField.PAGE;

import dev.anabranch.lakehouse.event.EventObjectReader.Kind;
import dev.anabranch.lakehouse.event.Verdict.Accepted;
import dev.anabranch.lakehouse.event.Verdict.Refused;
import java.time.Instant;
import java.util.Optional;

/**
 * The one place that says whether a Kafka record is an event. Keeps buffers between calls, so it is
 * confined to one thread; two validators agree on every record. It throws nothing, whatever the
 * bytes.
 */
public final class EventValidator {

  /** The longest value that is read, in bytes. */
  public static final int MAX_VALUE_BYTES = 65_536;

  private static final int ID_LIMIT = 64;
  private static final int CHANNEL_LIMIT = 32;
  private static final int PAGE_LIMIT = 512;
  private static final long AHEAD_LIMIT_MICROS = 5 * 60 * 1_000_000L;
  private static final EventField[] FIELDS = EventField.values();

  private final EventObjectReader object = new EventObjectReader();

  /**
   * Judges one record.
   *
   * @param valueOrNull the record's value; null is a record without one
   * @param kafkaTimestampMillis the record's Kafka timestamp, milliseconds since the epoch
   */
  public Verdict validate(byte[] valueOrNull, long kafkaTimestampMillis) {
    if (valueOrNull == null) {
      return new Refused(Reason.NOT_JSON, "the record has no value");
    }
    if (valueOrNull.length > MAX_VALUE_BYTES) {
      return new Refused(
          Reason.TOO_LARGE,
          "the value has " + valueOrNull.length + " bytes; the limit is " + MAX_VALUE_BYTES);
    }
    Optional<String> fault = object.read(valueOrNull);
    if (fault.isPresent()) {
      return new Refused(Reason.NOT_JSON, fault.get());
    }
    return judge(kafkaTimestampMillis);
  }

  private Verdict judge(long kafkaTimestampMillis) {
    // Whether the amount counts depends on nothing but the event type being this very string.
    boolean purchase =
        object.kind(EVENT_TYPE) == Kind.STRING
            && object.text(EVENT_TYPE).equals(EventType.PURCHASE.wireName());
    for (EventField field : FIELDS) {
      boolean required = field.required() || (field == AMOUNT && purchase);
      if (required && object.kind(field) == Kind.ABSENT) {
        return refused(Reason.MISSING_FIELD, field, "is missing or null");
      }
    }
    for (EventField field : FIELDS) {
      if (field == AMOUNT) {
        if (purchase && object.kind(field) == Kind.OTHER) {
          return refused(Reason.BAD_TYPE, field, "must be a number or a string");
        }
      } else if (object.kind(field) != Kind.STRING && object.kind(field) != Kind.ABSENT) {
        return refused(Reason.BAD_TYPE, field, "must be a string");
      }
    }
    Optional<EventType> type = EventType.ofWireName(object.text(EVENT_TYPE));
    if (type.isEmpty()) {
      return refused(
          Reason.UNKNOWN_EVENT_TYPE,
          EVENT_TYPE,
          "is " + Details.quoted(object.text(EVENT_TYPE)) + ", none of the four types");
    }
    return judgeValues(type.get(), kafkaTimestampMillis);
  }

  private Verdict judgeValues(EventType type, long kafkaTimestampMillis) {
    String eventId = object.text(EVENT_ID);
    String fault = EventTexts.faultOfName(eventId, ID_LIMIT);
    if (!fault.isEmpty()) {
      return refused(Reason.BAD_VALUE, EVENT_ID, fault);
    }
    String leadId = object.text(LEAD_ID);
    fault = EventTexts.faultOfName(leadId, ID_LIMIT);
    if (!fault.isEmpty()) {
      return refused(Reason.BAD_VALUE, LEAD_ID, fault);
    }
    if (leadId.equals(".") || leadId.equals("..")) {
      return refused(Reason.BAD_VALUE, LEAD_ID, "is \"" + leadId + "\", which no path can hold");
    }
    String channel = Event.UNKNOWN_CHANNEL;
    if (object.kind(CHANNEL) == Kind.STRING) {
      channel = object.text(CHANNEL);
      fault = EventTexts.faultOfName(channel, CHANNEL_LIMIT);
      if (!fault.isEmpty()) {
        return refused(Reason.BAD_VALUE, CHANNEL, fault);
      }
    }
    Optional<String> page = Optional.empty();
    if (object.kind(PAGE) == Kind.STRING) {
      page = Optional.of(object.text(PAGE));
      fault = EventTexts.faultOfText(page.get(), PAGE_LIMIT);
      if (!fault.isEmpty()) {
        return refused(Reason.BAD_VALUE, PAGE, fault);
      }
    }
    long cents = 0;
    if (type == EventType.PURCHASE) {
      String amount = object.text(AMOUNT);
      cents =
          object.kind(AMOUNT) == Kind.NUMBER
              ? Amounts.centsOf(amount)
              : Amounts.centsOfText(amount);
      if (cents == Amounts.INVALID) {
        return refused(
            Reason.BAD_VALUE,
            AMOUNT,
            "is "
                + Details.quoted(amount)
                + "; it must be a decimal from 0 to below 10^16 with at most two decimals");
      }
    }
    String text = object.text(EVENT_TIME);
    long micros = EventTimes.microsOf(text);
    if (micros == EventTimes.INVALID) {
      return refused(
          Reason.BAD_VALUE,
          EVENT_TIME,
          "is " + Details.quoted(text) + "; it must be an RFC 3339 date and time with an offset");
    }
    if (micros < EventTimes.EARLIEST_MICROS) {
      return refused(
          Reason.BAD_VALUE,
          EVENT_TIME,
          "is " + Details.quoted(text) + ", before 2000-01-01T00:00:00Z");
    }
    if (Math.floorDiv(micros - AHEAD_LIMIT_MICROS + 999, 1_000L) > kafkaTimestampMillis) {
      return refused(
          Reason.IN_THE_FUTURE,
          EVENT_TIME,
          "is "
              + Details.quoted(text)
              + ", more than 5 minutes past the record's Kafka timestamp of "
              + Instant.ofEpochMilli(kafkaTimestampMillis));
    }
    return new Accepted(new Event(eventId, leadId, type, channel, page, cents, micros));
  }

  private static Refused refused(Reason reason, EventField field, String fault) {
    return new Refused(reason, field.wireName() + " " + fault);
  }
}
