package dev.anabranch.cli.produce;

import dev.anabranch.cli.produce.Malformations.Malformation;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Malformed records without end. Every way of being wrong comes once before any comes again, the
 * reasons in turn, so that the first few have a record of each reason.
 */
final class MalformedRecords {

  private record Way(Reason reason, Malformation malformation) {}

  private final List<Way> ways;
  private int next;

  MalformedRecords(Random random) {
    this.ways = dealt(random);
  }

  private static List<Way> dealt(Random random) {
    Map<Reason, List<Malformation>> left = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      List<Malformation> shuffled = new ArrayList<>(Malformations.of(reason));
      Collections.shuffle(shuffled, random);
      left.put(reason, shuffled);
    }
    List<Way> dealt = new ArrayList<>();
    while (left.values().stream().anyMatch(ways -> !ways.isEmpty())) {
      left.forEach(
          (reason, ways) -> {
            if (!ways.isEmpty()) {
              dealt.add(new Way(reason, ways.remove(ways.size() - 1)));
            }
          });
    }
    return dealt;
  }

  /** How many records have every way of being wrong among them. */
  int ways() {
    return ways.size();
  }

  /** A record that resembles an event and must be refused. */
  Outgoing next(Event event) {
    Way way = ways.get(next);
    next = (next + 1) % ways.size();
    return Outgoing.malformed(way.reason(), event.leadId(), way.malformation().apply(event));
  }
}
