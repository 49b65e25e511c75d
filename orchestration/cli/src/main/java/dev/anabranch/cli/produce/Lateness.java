package dev.anabranch.cli.produce;

import dev.anabranch.lakehouse.event.Event;
import java.util.Random;

/** Events that were held up on their way: what they tell of is minutes to hours old. */
final class Lateness {

  private static final double SHORTEST_SECONDS = 2 * 60;
  private static final double LONGEST_SECONDS = 6 * 3_600;

  /** No event may be older: 2000-01-01T00:00:00Z. */
  private static final long EARLIEST_MICROS = 946_684_800_000_000L;

  private Lateness() {}

  /** The event, sent when it would have been, but 2 minutes to 6 hours older; often minutes. */
  static Event delayed(Event event, Random random) {
    double ratio = LONGEST_SECONDS / SHORTEST_SECONDS;
    double seconds = SHORTEST_SECONDS * StrictMath.pow(ratio, random.nextDouble());
    long millis = (long) (seconds * 1_000);
    long micros = event.eventTimeMicros() - millis * 1_000;
    return new Event(
        event.eventId(),
        event.leadId(),
        event.type(),
        event.channel(),
        event.page(),
        event.amountCents(),
        Math.max(EARLIEST_MICROS, micros));
  }
}
