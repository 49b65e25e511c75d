package dev.anabranch.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.serving.TestLake;
import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.query.ActivityEngine;
import dev.anabranch.serving.query.ActivityQuery;
import dev.anabranch.serving.query.LeadOrder;
import dev.anabranch.serving.query.LeadsEngine;
import dev.anabranch.serving.query.Oracle;
import dev.anabranch.serving.query.RandomEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A lake in a folder of its own that random things happen to, and the log of what was sent: what an
 * answer must hold is told from that log alone.
 */
final class History implements AutoCloseable {
  private static final ActivityQuery MINUTES =
      new ActivityQuery(
          OptionalLong.empty(),
          OptionalLong.empty(),
          1,
          1,
          Set.of(ActivityQuery.EVENT_TYPE, ActivityQuery.CHANNEL),
          Optional.empty(),
          Optional.empty());

  final Random random;
  final TestLake lake;
  private final Path folder;
  private final List<Event> log = new ArrayList<>();

  History(long seed) {
    this.random = new Random(seed);
    try {
      this.folder = Files.createTempDirectory("history");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.lake = new TestLake(folder);
  }

  /** How many records were sent. */
  int sent() {
    return log.size();
  }

  /** Events, in time and late ones; copies of any that were sent before, and of each other. */
  void send() {
    List<Event> events =
        new ArrayList<>(RandomEvents.of(random.nextLong(), log.size(), random.nextInt(12), 900));
    for (int copies = random.nextInt(4); copies > 0 && !log.isEmpty(); copies--) {
      events.add(log.get(random.nextInt(log.size())));
    }
    lake.send(events);
    log.addAll(events);
  }

  /** The first of each event in a stretch of the log. */
  List<Event> distinct(int from, int to) {
    Map<String, Event> first = new LinkedHashMap<>();
    log.subList(from, to).forEach(event -> first.putIfAbsent(event.eventId(), event));
    return List.copyOf(first.values());
  }

  /** What epochs hold, each without copies inside: from behind one to another, inclusive. */
  List<Event> epochs(List<Integer> ends, int after, int upTo) {
    List<Event> events = new ArrayList<>();
    for (int epoch = after + 1; epoch <= upTo; epoch++) {
      events.addAll(distinct(epoch == 0 ? 0 : ends.get(epoch - 1), ends.get(epoch)));
    }
    return events;
  }

  static void answers(ViewTiers views, List<Event> events) {
    assertThat(new ActivityEngine().page(views, MINUTES, Optional.empty(), 100_000).rows())
        .isEqualTo(Oracle.activity(events, MINUTES));
    assertThat(new LeadsEngine().page(views, LeadOrder.LAST_SEEN, Optional.empty(), 1000).rows())
        .isEqualTo(Oracle.leads(events, LeadOrder.LAST_SEEN));
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
