package dev.anabranch.cli.produce;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Where the incidents of a stream lie; it follows from the seed and the stream's times alone. */
final class IncidentPlan {
  /** So many minutes of ordinary traffic are around each incident, at least. */
  private static final long MARGIN_MINUTES = 3;

  private static final List<String> CHANNELS =
      List.of("organic", "paid_search", Lead.EMAIL, "social", "direct");

  private IncidentPlan() {}

  /**
   * Places incidents one after the other, each at a random minute of its share of the time.
   *
   * @throws CommandFailure exit code 2 where there is not enough time
   */
  static List<Incident> of(List<Incident.Wanted> wanted, long seed, Instant from, Instant until) {
    List<Incident> planned = new ArrayList<>();
    // The visitors' own sequence of random numbers stays as it is.
    Random random = new Random(seed ^ 0x1ac1de57L);
    long minutes = Duration.between(from, until).toMinutes();
    for (int i = 0; i < wanted.size(); i++) {
      long first = minutes * i / wanted.size();
      long end = minutes * (i + 1) / wanted.size();
      long length = wanted.get(i).length().toMinutes();
      long room = end - first - length - 2 * MARGIN_MINUTES;
      if (room < 1) {
        throw CommandFailure.usage(
            ("The events span %d minutes, and each of %d incidents needs its length and %d more;"
                    + " choose more --events, a longer --step, fewer or shorter --incident")
                .formatted(minutes, wanted.size(), 2 * MARGIN_MINUTES + 1));
      }
      long place = first + MARGIN_MINUTES + 1 + (long) (random.nextDouble() * room);
      Instant begin = from.truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(place));
      planned.add(
          incident(
              wanted.get(i).kind(), begin, begin.plus(wanted.get(i).length()), seed, i, random));
    }
    return planned;
  }

  private static Incident incident(
      Incident.Kind kind, Instant from, Instant until, long seed, int number, Random random) {
    EventType type = random.nextInt(4) == 0 ? EventType.FORM_SUBMISSION : EventType.WEB_VISIT;
    String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
    return switch (kind) {
      case DROP, BURST ->
          new Incident(
              kind, from, until, Optional.of(type), Optional.of(channel), Optional.empty());
      case FRAUD ->
          new Incident(
              kind,
              from,
              until,
              Optional.empty(),
              Optional.empty(),
              Optional.of("fraud-" + Long.toHexString(seed) + "-" + number));
    };
  }
}
