package dev.anabranch.serving.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.serving.TestLake;
import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.query.ActivityEngine;
import dev.anabranch.serving.query.ActivityQuery;
import dev.anabranch.serving.query.LeadOrder;
import dev.anabranch.serving.query.LeadsEngine;
import dev.anabranch.serving.query.Oracle;
import dev.anabranch.serving.query.RandomEvents;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What may happen to a platform, in any order, on real tables: events come, late ones and copies
 * among them, epochs are committed, runs end, old epochs expire, serving stops and starts.
 */
class RandomHistoryTest {
  private static final ActivityQuery MINUTES =
      new ActivityQuery(
          OptionalLong.empty(),
          OptionalLong.empty(),
          1,
          1,
          Set.of(ActivityQuery.EVENT_TYPE, ActivityQuery.CHANNEL),
          Optional.empty(),
          Optional.empty());

  @TempDir Path folder;

  private final List<Event> log = new ArrayList<>();
  private final List<Integer> epochEnds = new ArrayList<>(List.of(0));
  private Optional<BatchRun> run = Optional.empty();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void answersAreThePrefixThatTheyName(long seed) {
    Random random = new Random(seed);
    TestLake lake = new TestLake(folder);
    LakeState state = start(lake);
    try {
      for (int step = 0; step < 24; step++) {
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> send(lake, random);
          case 3, 4 -> {
            lake.speedEpoch();
            epochEnds.add(log.size());
          }
          case 5 -> run = Optional.of(lake.run("run-" + step));
          case 6 -> run.ifPresent(published -> lake.expire(published.boundaryEpoch()));
          default -> {
            state.close();
            state = start(lake);
          }
        }
        if (random.nextInt(3) == 0) {
          check(state);
        }
      }
      check(state);
    } finally {
      state.close();
    }
  }

  private static LakeState start(TestLake lake) {
    return LakeState.start(lake.settings(Map.of()), Clock.systemUTC(), StateObserver.NONE);
  }

  private void send(TestLake lake, Random random) {
    List<Event> events =
        new ArrayList<>(RandomEvents.of(random.nextLong(), log.size(), random.nextInt(40), 900));
    for (int copies = random.nextInt(5); copies > 0 && !log.isEmpty(); copies--) {
      events.add(log.get(random.nextInt(log.size())));
    }
    lake.send(events);
    log.addAll(events);
  }

  private void check(LakeState state) {
    int epoch = epochEnds.size() - 1;
    Snapshot snapshot =
        await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(5))
            .until(state::current, seen -> reached(seen, epoch));
    int boundary = run.map(BatchRun::boundaryEpoch).orElse(0L).intValue();
    List<Event> expected = new ArrayList<>();
    if (run.isPresent()) {
      expected.addAll(distinct(0, epochEnds.get(boundary)));
    }
    answers(snapshot.views(Architecture.BATCH), expected);
    for (int past = boundary + 1; past <= epoch; past++) {
      expected.addAll(distinct(epochEnds.get(past - 1), epochEnds.get(past)));
    }
    answers(snapshot.views(Architecture.LAMBDA), expected);
  }

  private boolean reached(Snapshot snapshot, int epoch) {
    AsOf asOf = snapshot.asOf(Architecture.LAMBDA, false);
    return asOf.speedEpoch().equals(OptionalLong.of(epoch))
        && asOf.batchRun().equals(run.map(BatchRun::runId));
  }

  private List<Event> distinct(int from, int to) {
    Map<String, Event> first = new LinkedHashMap<>();
    log.subList(from, to).forEach(event -> first.putIfAbsent(event.eventId(), event));
    return List.copyOf(first.values());
  }

  private static void answers(ViewTiers views, List<Event> events) {
    assertThat(new ActivityEngine().page(views, MINUTES, Optional.empty(), 100_000).rows())
        .isEqualTo(Oracle.activity(events, MINUTES));
    assertThat(new LeadsEngine().page(views, LeadOrder.LAST_SEEN, Optional.empty(), 1000).rows())
        .isEqualTo(Oracle.leads(events, LeadOrder.LAST_SEEN));
  }
}
