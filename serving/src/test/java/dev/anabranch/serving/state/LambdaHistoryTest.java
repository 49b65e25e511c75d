package dev.anabranch.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.RunLedger;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Any split of any events into epochs and batch runs, in any order in which they may become
 * visible: the answer at each moment is the truth for exactly the prefix that it names. Runs begin,
 * are cancelled and go on with their old boundary, and end at any moment between epochs; views are
 * read while epochs come; epochs that batch has counted expire, logs are cut, serving starts anew;
 * and memory holds hardly any tiles.
 */
class LambdaHistoryTest {
  private static final int STEPS = 60;
  private static final long FEW_ROWS = 40;

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void everyAnswerIsThePrefixThatItNames(@ForAll long seed) throws Exception {
    try (History history = new History(seed)) {
      Player player = new Player(history);
      for (int step = 0; step < STEPS; step++) {
        player.step();
        player.check();
      }
      player.end();
    }
  }

  /** What happens on the one side, what a reader sees of it on the other. */
  private static final class Player {
    private final History history;
    private final TestClock clock = new TestClock();
    private final RunLedger runs;
    private final LaterExecutor loader = new LaterExecutor();

    /** How much of the log each epoch reaches. */
    private final List<Integer> ends = new ArrayList<>(List.of(0));

    private final List<BatchRun> cancelled = new ArrayList<>();
    private Optional<BatchRun> running = Optional.empty();
    private SpeedState state;
    private Seam before = Seam.EMPTY;

    Player(History history) {
      this.history = history;
      this.runs = RunLedger.open(history.lake.storage(), history.lake.layout(), Clock.systemUTC());
      start();
    }

    private void start() {
      loader.shutdown();
      before = Seam.EMPTY;
      state =
          new SpeedState(
              history.lake.storage(),
              history.lake.layout(),
              clock,
              StateObserver.NONE,
              loader,
              FEW_ROWS);
    }

    void step() throws Exception {
      switch (history.random.nextInt(20)) {
        case 0, 1, 2 -> history.send();
        case 3, 4, 5, 6 -> epoch();
        case 7, 8 -> beginOrEnd();
        case 9 -> cancel();
        case 10 -> expire();
        case 11 -> history.lake.cutLog(history.lake.layout().speedTiles());
        case 12 -> start();
        case 13, 14 -> loader.runAll();
        case 15, 16 -> pollRuns();
        default -> pollEpochs();
      }
      clock.pass(Duration.ofSeconds(1));
    }

    private void epoch() {
      history.lake.speedEpoch();
      ends.add(history.sent());
    }

    private void beginOrEnd() {
      if (running.isPresent()) {
        history.lake.finish(running.get());
        running = Optional.empty();
      } else if (!cancelled.isEmpty() && history.random.nextBoolean()) {
        running = Optional.of(history.lake.begin(cancelled.remove(0).runId()));
      } else {
        running =
            Optional.of(
                history.lake.begin(
                    "run-" + ends.size() + "-" + history.sent() + "-" + clock.millis()));
      }
    }

    private void cancel() {
      running.ifPresent(
          run -> {
            runs.ledger().cancel(run.runId());
            cancelled.add(run);
            running = Optional.empty();
          });
    }

    /** Batch has counted them; a run that has yet to end may lie further back, and then counts. */
    private void expire() {
      runs.refresh();
      runs.published()
          .filter(run -> state.seam().run().map(BatchRun::runId).equals(Optional.of(run.runId())))
          .ifPresent(run -> history.lake.expire(run.boundaryEpoch()));
    }

    private void pollRuns() throws Exception {
      runs.refresh();
      state.pollRuns(runs);
    }

    private void pollEpochs() {
      state.pollEpochs();
    }

    /** The answer, whatever has been read of what there is. */
    void check() {
      Seam seam = state.seam();
      int epoch = (int) seam.epoch();
      int boundary = seam.run().map(BatchRun::boundaryEpoch).orElse(-1L).intValue();
      assertThat(epoch).isGreaterThanOrEqualTo((int) before.epoch());
      assertThat(seam.until().reaches(before.until())).isTrue();
      assertThat(boundary)
          .isGreaterThanOrEqualTo(before.run().map(BatchRun::boundaryEpoch).orElse(-1L).intValue());
      long records = epoch < 0 ? 0 : ends.get(epoch);
      assertThat(seam.until().byPartition().values().stream().mapToLong(end -> end).sum())
          .isEqualTo(records);
      List<Event> below = boundary < 0 ? List.of() : history.distinct(0, ends.get(boundary));
      List<Event> past = history.epochs(ends, boundary, epoch);
      List<Event> both = new ArrayList<>(below);
      both.addAll(past);
      if (seam != before) {
        History.answers(seam.batch(), below);
        History.answers(seam.speed(), past);
        History.answers(seam.lambda(), both);
        assertThat(seam.speedEmpty()).isEqualTo(past.isEmpty());
      }
      before = seam;
    }

    /** In the end answers hold all epochs, and come from the run that is published. */
    void end() throws Exception {
      for (int look = 0; look < 6; look++) {
        clock.pass(Duration.ofSeconds(2));
        pollRuns();
        for (int again = 0; again < 80; again++) {
          // A tail that looks often asks only now and then whether the log was cut.
          pollEpochs();
        }
        loader.runAll();
        check();
      }
      assertThat(state.settled()).isTrue();
      assertThat(state.caughtUp()).isTrue();
      assertThat(state.seam().epoch()).isEqualTo(ends.size() - 1);
      assertThat(state.seam().run().map(BatchRun::runId))
          .isEqualTo(runs.published().map(BatchRun::runId));
    }
  }
}
