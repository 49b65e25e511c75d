package dev.anabranch.serving.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Generation;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.serving.TestLake;
import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.query.ActivityEngine;
import dev.anabranch.serving.query.ActivityQuery;
import dev.anabranch.serving.query.RandomEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On real tables. Where nothing is sent twice, an answer that is honest holds as many events as lie
 * below the offsets that it names.
 */
class LakeStateTest {
  private static final ActivityQuery ALL =
      new ActivityQuery(
          OptionalLong.empty(),
          OptionalLong.empty(),
          1,
          1,
          Set.of(),
          Optional.empty(),
          Optional.empty());

  @TempDir Path folder;

  private TestLake lake;
  private int sent;
  private final List<LakeState> started = new ArrayList<>();

  @BeforeEach
  void makeLake() {
    lake = new TestLake(folder);
  }

  @AfterEach
  void stop() {
    started.forEach(LakeState::close);
  }

  private LakeState start() {
    LakeState state =
        LakeState.start(lake.settings(Map.of()), Clock.systemUTC(), StateObserver.NONE);
    started.add(state);
    return state;
  }

  private void send(int count) {
    lake.send(RandomEvents.of(sent, sent, count, 500));
    sent += count;
  }

  private static Snapshot until(LakeState state, Predicate<Snapshot> condition) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(5))
        .until(state::current, condition);
  }

  private static Predicate<Snapshot> speedAt(long epoch) {
    return snapshot -> snapshot.asOf(Architecture.LAMBDA, false).speedEpoch().orElse(-1) >= epoch;
  }

  private static Predicate<Snapshot> runIs(String id) {
    return snapshot -> snapshot.asOf(Architecture.LAMBDA, false).batchRun().equals(Optional.of(id));
  }

  private static long events(ViewTiers views) {
    return new ActivityEngine().summary(views, ALL).events();
  }

  private static void honest(Snapshot snapshot) {
    for (Architecture architecture : Architecture.values()) {
      AsOf asOf = snapshot.asOf(architecture, false);
      long records =
          architecture == Architecture.SPEED
              ? asOf.untilOffsets().since(asOf.boundary().orElse(Offsets.NONE))
              : asOf.untilOffsets().since(Offsets.NONE);
      assertThat(events(snapshot.views(architecture))).as("%s", architecture).isEqualTo(records);
    }
  }

  @Test
  void anEmptyLakeHasNoRowsAndIsReady() throws IOException {
    deleteTable("speed/tiles");
    LakeState state = start();
    await().until(() -> state.notReadyReasons().isEmpty());
    Snapshot snapshot = state.current();
    honest(snapshot);
    AsOf asOf = snapshot.asOf(Architecture.LAMBDA, false);
    assertThat(asOf.batchRun()).isEmpty();
    assertThat(asOf.speedEpoch()).isEmpty();
    assertThat(asOf.untilOffsets()).isEqualTo(Offsets.NONE);
    assertThat(asOf.exact()).isEqualTo(AsOf.Exact.ALL);
    assertThat(snapshot.boundary()).isEmpty();
    assertThat(snapshot.asOf(Architecture.KAPPA, false).kappaGeneration()).isEmpty();
    // Tables that come later are found.
    lake = new TestLake(folder);
    send(10);
    lake.speedEpoch();
    honest(until(state, speedAt(1)));
  }

  @Test
  void answersFollowEpochsAndRuns() {
    LakeState state = start();
    AsOf genesis = until(state, speedAt(0)).asOf(Architecture.BATCH, false);
    assertThat(genesis.untilOffsets().byPartition()).isEqualTo(Map.of(0, 0L, 1, 0L, 2, 0L, 3, 0L));
    send(30);
    EpochHeader first = lake.speedEpoch();
    Snapshot speedOnly = until(state, speedAt(1));
    honest(speedOnly);
    assertThat(speedOnly.asOf(Architecture.LAMBDA, true).exact()).isEqualTo(AsOf.Exact.NONE);
    assertThat(speedOnly.asOf(Architecture.LAMBDA, true).freshnessMillis()).isPresent();
    assertThat(speedOnly.boundary().orElseThrow().epoch()).isEqualTo(1);

    lake.run("a");
    Snapshot healed = until(state, runIs("a"));
    honest(healed);
    AsOf asOf = healed.asOf(Architecture.LAMBDA, true);
    assertThat(asOf.exact()).isEqualTo(AsOf.Exact.ALL);
    assertThat(asOf.boundary()).contains(first.until());
    assertThat(healed.asOf(Architecture.LAMBDA, false).exact())
        .isEqualTo(new AsOf.Exact(true, true, false));
    assertThat(healed.asOf(Architecture.BATCH, true).untilOffsets()).isEqualTo(first.until());
    assertThat(healed.asOf(Architecture.SPEED, false).exact()).isEqualTo(AsOf.Exact.ALL);

    send(5);
    lake.speedEpoch();
    Snapshot ahead = until(state, speedAt(2));
    honest(ahead);
    assertThat(ahead.asOf(Architecture.BATCH, false).untilOffsets()).isEqualTo(first.until());
    assertThat(ahead.asOf(Architecture.SPEED, false).boundary()).contains(first.until());
    // A snapshot stays what it was.
    honest(healed);
    honest(speedOnly);
  }

  @Test
  void copiesInOtherEpochsCountUntilTheNextRun() {
    LakeState state = start();
    List<Event> events = RandomEvents.of(7, 0, 20, 60);
    lake.send(events);
    lake.speedEpoch();
    lake.send(events);
    lake.speedEpoch();
    assertThat(events(until(state, speedAt(2)).views(Architecture.LAMBDA))).isEqualTo(40);
    lake.run("heals");
    assertThat(events(until(state, runIs("heals")).views(Architecture.LAMBDA))).isEqualTo(20);
  }

  @Test
  void startsFromEpochsOfWhichBatchHasCountedSomeAndSomeAreGone() {
    send(40);
    lake.speedEpoch();
    send(40);
    EpochHeader second = lake.speedEpoch();
    lake.run("a");
    send(40);
    lake.speedEpoch();
    lake.expire(second.epoch());
    LakeState state = start();
    List<Snapshot> seen = new ArrayList<>();
    Snapshot last =
        until(
            state,
            snapshot -> {
              seen.add(snapshot);
              return speedAt(3).test(snapshot);
            });
    // From the first look on, an answer says what it holds.
    seen.forEach(LakeStateTest::honest);
    assertThat(events(last.views(Architecture.LAMBDA))).isEqualTo(120);
    assertThat(events(last.views(Architecture.BATCH))).isEqualTo(80);
  }

  @Test
  void expiredEpochsStayInAnswersThatHoldThem() {
    LakeState state = start();
    send(40);
    lake.speedEpoch();
    send(40);
    EpochHeader second = lake.speedEpoch();
    until(state, speedAt(2));
    lake.run("a");
    lake.expire(second.epoch());
    send(40);
    lake.speedEpoch();
    Snapshot last = until(state, speedAt(3).and(runIs("a")));
    honest(last);
    assertThat(events(last.views(Architecture.LAMBDA))).isEqualTo(120);
    assertThat(state.notReadyReasons()).isEmpty();
  }

  @Test
  void answersFromBatchAloneWhereSpeedIsGone() throws IOException {
    send(40);
    lake.speedEpoch();
    lake.run("a");
    deleteTable("speed/tiles");
    Snapshot snapshot = until(start(), runIs("a"));
    honest(snapshot);
    assertThat(events(snapshot.views(Architecture.LAMBDA))).isEqualTo(40);
  }

  @Test
  void answersFromSpeedAloneWhereBatchIsGone() throws IOException {
    send(40);
    lake.speedEpoch();
    lake.run("a");
    deleteTable("batch/activity");
    LakeState state = start();
    Snapshot snapshot = until(state, speedAt(1));
    honest(snapshot);
    assertThat(events(snapshot.views(Architecture.LAMBDA))).isEqualTo(40);
    assertThat(state.notReadyReasons().toString()).contains("batch/runs", "batch/activity");
  }

  @Test
  void aGapStopsTheSeamAndSaysSo() {
    send(10);
    lake.speedEpoch();
    send(10);
    EpochHeader second = lake.speedEpoch();
    lake.expire(second.epoch() - 1);
    LakeState state = start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> state.notReadyReasons().toString().contains("not epoch 0"));
    honest(state.current());
    assertThat(events(state.current().views(Architecture.LAMBDA))).isZero();
  }

  @Test
  void aFileThatCannotBeReadIsTriedAgain() throws IOException {
    send(10);
    lake.speedEpoch();
    List<Path> files;
    try (Stream<Path> all = Files.list(table("speed/tiles"))) {
      files = all.filter(path -> path.toString().endsWith(".parquet")).toList();
    }
    Path away = folder.resolve("away");
    Files.createDirectory(away);
    for (Path file : files) {
      Files.move(file, away.resolve(file.getFileName()));
    }
    LakeState state = start();
    await().until(() -> state.notReadyReasons().toString().contains(".parquet"));
    honest(state.current());
    for (Path file : files) {
      Files.move(away.resolve(file.getFileName()), file);
    }
    honest(until(state, speedAt(1)));
    await().until(() -> state.notReadyReasons().isEmpty());
  }

  @Test
  void answersChangeToANewGenerationInOneStep() {
    send(30);
    lake.kappaEpoch();
    LakeState state = start();
    until(state, snapshot -> kappaEpoch(snapshot) == 1);
    send(30);
    lake.kappaEpoch();
    until(state, snapshot -> kappaEpoch(snapshot) == 2);
    Generation second = lake.generations().request();
    lake.kappaEpoch(second.number());
    Snapshot before = state.current();
    assertThat(before.asOf(Architecture.KAPPA, false).kappaGeneration()).hasValue(1);
    assertThat(events(before.views(Architecture.KAPPA))).isEqualTo(60);
    lake.generations().switchTo(second);
    List<Snapshot> seen = new ArrayList<>();
    Snapshot after =
        until(
            state,
            snapshot -> {
              seen.add(snapshot);
              return snapshot
                  .asOf(Architecture.KAPPA, false)
                  .kappaGeneration()
                  .equals(OptionalLong.of(2));
            });
    seen.forEach(snapshot -> assertThat(events(snapshot.views(Architecture.KAPPA))).isEqualTo(60));
    assertThat(kappaEpoch(after)).isEqualTo(1);
    honest(after);
  }

  @Test
  void answersWaitForAGenerationThatIsBehind() {
    lake.generations().first();
    Generation second = lake.generations().request();
    send(30);
    lake.kappaEpoch(second.number());
    send(30);
    lake.kappaEpoch();
    LakeState state = start();
    until(state, snapshot -> kappaEpoch(snapshot) == 1);
    lake.generations().switchTo(second);
    // The new one is read to its end by the time that another table's commit is seen twice.
    for (int look = 1; look <= 3; look++) {
      lake.speedEpoch();
      until(state, speedAt(look));
      assertThat(events(state.current().views(Architecture.KAPPA))).isEqualTo(60);
    }
    lake.kappaEpoch(second.number());
    Snapshot after =
        until(
            state,
            snapshot -> snapshot.asOf(Architecture.KAPPA, false).kappaGeneration().orElse(0) == 2);
    honest(after);
    assertThat(events(after.views(Architecture.KAPPA))).isEqualTo(60);
  }

  private static long kappaEpoch(Snapshot snapshot) {
    return snapshot.asOf(Architecture.KAPPA, false).kappaEpoch().orElse(-1);
  }

  /** Readers hold every answer against its provenance while epochs and runs come in. */
  @Test
  void publicationShowsNoDipAndNoJump() throws Exception {
    LakeState state = start();
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> read = new ArrayList<>();
      for (int reader = 0; reader < 2; reader++) {
        read.add(readers.submit(() -> readAlong(state, done)));
      }
      for (int round = 0; round < 8; round++) {
        for (int epoch = 0; epoch < 4; epoch++) {
          send(25);
          lake.speedEpoch();
        }
        lake.run("run-" + round);
      }
      send(25);
      EpochHeader last = lake.speedEpoch();
      Snapshot end = until(state, speedAt(last.epoch()).and(runIs("run-7")));
      honest(end);
      assertThat(events(end.views(Architecture.LAMBDA))).isEqualTo(sent);
      done.set(true);
      for (Future<Integer> reader : read) {
        assertThat(reader.get()).isPositive();
      }
    } finally {
      done.set(true);
      readers.shutdown();
    }
  }

  private static int readAlong(LakeState state, AtomicBoolean done) {
    long before = 0;
    int snapshots = 0;
    Optional<Snapshot> last = Optional.empty();
    while (!done.get()) {
      Snapshot snapshot = state.current();
      if (!last.equals(Optional.of(snapshot))) {
        honest(snapshot);
        long now = events(snapshot.views(Architecture.LAMBDA));
        assertThat(now).isGreaterThanOrEqualTo(before);
        before = now;
        snapshots++;
        last = Optional.of(snapshot);
      }
    }
    return snapshots;
  }

  private Path table(String name) {
    return Path.of(lake.layout().table(name).toUri().getPath());
  }

  private void deleteTable(String name) throws IOException {
    try (Stream<Path> files = Files.walk(table(name))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
