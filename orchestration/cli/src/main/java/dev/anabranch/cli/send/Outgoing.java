package dev.anabranch.cli.send;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.ledger.LedgerEntry;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import java.util.Optional;

/**
 * One record to send.
 *
 * @param reason why the platform must refuse it; there exactly for a malformed one
 * @param key the record's key: a lead id
 * @param value the bytes, sent as they are; empty is a record without a value
 * @param event there for all but a malformed one
 * @param steps how many steps of its stream's timetable have passed with it: 1 for an event, 0 for
 *     what comes on top
 */
public record Outgoing(
    Kind kind,
    Optional<Reason> reason,
    String key,
    Optional<byte[]> value,
    Optional<Event> event,
    int steps) {

  /** An event or a copy of one, in its JSON, keyed by its lead. */
  public static Outgoing of(Kind kind, Event event) {
    return new Outgoing(
        kind,
        Optional.empty(),
        event.leadId(),
        Optional.of(EventJson.write(event)),
        Optional.of(event),
        1);
  }

  /** A record that the platform must refuse for that reason. */
  public static Outgoing malformed(Reason reason, String key, Optional<byte[]> value) {
    return new Outgoing(Kind.MALFORMED, Optional.of(reason), key, value, Optional.empty(), 0);
  }

  /** The same record again. */
  public Outgoing copy() {
    return new Outgoing(Kind.DUPLICATE, reason, key, value, event, 0);
  }

  /** The same record, with which so many steps have passed. */
  public Outgoing after(int passed) {
    return new Outgoing(kind, reason, key, value, event, passed);
  }

  /** Whether this is an event for the first time. */
  public boolean distinct() {
    return switch (kind) {
      case EVENT, LATE -> true;
      case DUPLICATE, MALFORMED -> false;
    };
  }

  /** The ledger's entry, once the broker has the record. */
  public LedgerEntry sent(int partition, long offset) {
    return new LedgerEntry(kind, reason, partition, offset, event);
  }
}
