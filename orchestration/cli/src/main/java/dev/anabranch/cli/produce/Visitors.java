package dev.anabranch.cli.produce;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The distinct events of many visitors, in the order of their times, without end. They follow from
 * the seed, the timetable and the ids' prefix alone. Of one thread.
 */
final class Visitors {

  /** Sessions at the beginning; one more is open for every so many events, up to a limit. */
  private static final int FIRST_SESSIONS = 16;

  private static final int EVENTS_A_NEW_SESSION = 20;
  private static final int MOST_SESSIONS = 20_000;

  /** So many leads are remembered as likely to come back. */
  private static final int KNOWN_LEADS = 10_000;

  private static final double RETURNS = 0.35;

  private final Random random;
  private final Timetable timetable;
  private final String idPrefix;
  private final List<Session> sessions = new ArrayList<>();
  private final List<Lead> knownLeads = new ArrayList<>();
  private long leads;
  private long events;

  Visitors(long seed, Timetable timetable, String idPrefix) {
    // Random's sequence is specified: the same seed gives the same events on every Java.
    this.random = new Random(seed);
    this.timetable = timetable;
    this.idPrefix = idPrefix;
  }

  Event next() {
    long open = Math.min(MOST_SESSIONS, FIRST_SESSIONS + events / EVENTS_A_NEW_SESSION);
    while (sessions.size() < open) {
      sessions.add(newSession());
    }
    int chosen = random.nextInt(sessions.size());
    Session session = sessions.get(chosen);
    session.step(random);
    Event event =
        new Event(
            numbered(idPrefix, events),
            session.lead().id(),
            session.type(),
            session.lead().channel(),
            session.page(),
            session.type() == EventType.PURCHASE ? Purchases.cents(random) : 0,
            timetable.timeOf(events, random.nextDouble()));
    if (session.over(random)) {
      sessions.set(chosen, newSession());
    }
    events++;
    return event;
  }

  private Session newSession() {
    boolean returns = !knownLeads.isEmpty() && random.nextDouble() < RETURNS;
    if (returns) {
      return new Session(knownLeads.get(random.nextInt(knownLeads.size())), true);
    }
    Lead lead = new Lead(numbered("lead-", leads), Lead.drawChannel(random));
    if (knownLeads.size() < KNOWN_LEADS) {
      knownLeads.add(lead);
    } else {
      knownLeads.set((int) (leads % KNOWN_LEADS), lead);
    }
    leads++;
    return new Session(lead, false);
  }

  /** The prefix and the number with at least six digits. */
  private static String numbered(String prefix, long number) {
    String digits = Long.toString(number);
    return prefix + "0".repeat(Math.max(0, 6 - digits.length())) + digits;
  }
}
