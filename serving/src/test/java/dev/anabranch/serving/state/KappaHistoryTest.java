package dev.anabranch.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.lake.Generation;
import dev.anabranch.lakehouse.lake.GenerationLedger;
import dev.anabranch.lakehouse.lake.Offsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Epochs of generations, merges of their files, generations that are built, switched to before they
 * are level, or given up, cut logs and starts of serving, in any order: the answer at each moment
 * is what one generation has read up to the position that the answer names, and that never goes
 * back.
 */
class KappaHistoryTest {
  private static final int STEPS = 60;

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void everyAnswerIsThePrefixThatItNames(@ForAll long seed) {
    try (History history = new History(seed)) {
      Player player = new Player(history);
      for (int step = 0; step < STEPS; step++) {
        player.step();
        player.check();
      }
      player.end();
    }
  }

  private static final class Player {
    private final History history;
    private final TestClock clock = new TestClock();
    private final GenerationLedger ledger;

    /** By generation, how much of the log each of its epochs reaches. */
    private final Map<Long, List<Integer>> ends = new TreeMap<>();

    private KappaState state;
    private Offsets seen = Offsets.NONE;

    Player(History history) {
      this.history = history;
      this.ledger = history.lake.generations();
      epoch(ledger.first().number());
      start();
    }

    private void start() {
      state =
          new KappaState(history.lake.storage(), history.lake.layout(), clock, StateObserver.NONE);
      seen = Offsets.NONE;
    }

    void step() {
      switch (history.random.nextInt(16)) {
        case 0, 1, 2 -> history.send();
        case 3, 4, 5 -> epoch(active());
        case 6, 7 -> ledger.building().ifPresent(built -> epoch(built.number()));
        case 8 -> ledger.request();
        case 9 -> ledger.building().filter(this::hasEpochs).ifPresent(ledger::switchTo);
        case 10, 11 -> compact();
        case 12 -> history.lake.cutLog(history.lake.layout().kappaTiles(active()));
        case 13 -> restartOrGiveUp();
        default -> look();
      }
    }

    private void epoch(long generation) {
      List<Integer> of = ends.computeIfAbsent(generation, g -> new ArrayList<>(List.of(0)));
      history.lake.kappaEpoch(generation);
      of.add(history.sent());
    }

    private boolean hasEpochs(Generation generation) {
      return ends.containsKey(generation.number());
    }

    private long active() {
      return ledger.active().orElseThrow().number();
    }

    private void compact() {
      List<Long> generations = List.copyOf(ends.keySet());
      history.lake.compactKappa(
          generations.get(history.random.nextInt(generations.size())),
          history.random.nextInt(3),
          2 + history.random.nextInt(4));
    }

    private void restartOrGiveUp() {
      if (history.random.nextBoolean()) {
        start();
      } else {
        ledger.building().ifPresent(ledger::giveUp);
      }
    }

    private void look() {
      state.pollActive(ledger);
      state.pollBuilding(ledger);
    }

    void check() {
      if (state.visible().isEmpty()) {
        return;
      }
      KappaPart part = state.visible().get();
      assertThat(part.until().reaches(seen)).as("%s after %s", part.until(), seen).isTrue();
      seen = part.until();
      List<Integer> of = ends.get(part.generation());
      assertThat(part.until().byPartition().values().stream().mapToLong(end -> end).sum())
          .isEqualTo((long) of.get((int) part.epoch()));
      History.answers(part.views(), history.epochs(of, -1, (int) part.epoch()));
    }

    /** In the end readers see the active generation, up to its last epoch. */
    void end() {
      epoch(active());
      for (int again = 0; again < 200; again++) {
        look();
      }
      check();
      assertThat(state.visible()).map(KappaPart::generation).contains(active());
      assertThat(state.visible()).map(KappaPart::epoch).contains(ends.get(active()).size() - 1L);
    }
  }
}
