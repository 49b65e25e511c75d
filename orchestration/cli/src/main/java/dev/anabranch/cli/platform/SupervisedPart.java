package dev.anabranch.cli.platform;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one part alive: starts it when what it needs runs, and again when it ended by itself. */
final class SupervisedPart {

  private static final Logger log = LoggerFactory.getLogger(SupervisedPart.class);

  private static final Duration FOR_EVER = Duration.ofDays(365);
  private static final int TAIL_LINES = 15;

  private final PartSpec spec;
  private final LogFile logFile;
  private final StatusBoard board;
  private final Supervision supervision;
  private final BiConsumer<String, String> onReady;
  private final Thread thread;

  private PartProcess process;
  private volatile boolean stopping;

  /**
   * @param onReady told the part's name and what it said beside READY, each time it becomes ready
   */
  SupervisedPart(
      PartSpec spec,
      LogFile logFile,
      StatusBoard board,
      Supervision supervision,
      BiConsumer<String, String> onReady) {
    this.spec = spec;
    this.logFile = logFile;
    this.board = board;
    this.supervision = supervision;
    this.onReady = onReady;
    this.thread = new Thread(this::supervise, "supervise-" + spec.name());
    board.add(PartStatus.before(spec.name(), supervision.clock().instant()));
  }

  /** Begins to supervise; returns at once. */
  void start() {
    thread.start();
  }

  /** Ends the part's process and its supervision; returns when both are gone. */
  void stop() throws InterruptedException {
    Optional<PartProcess> live;
    synchronized (this) {
      stopping = true;
      live = Optional.ofNullable(process);
    }
    board.wake();
    if (live.isPresent() && !live.get().stop(supervision.stopLimits())) {
      log.warn("{} did not stop when asked and was ended", spec.name());
    }
    thread.join();
    board.update(spec.name(), s -> s.state() == PartState.FAILED ? s : stopped(s));
  }

  private PartStatus stopped(PartStatus status) {
    return status.in(PartState.STOPPED, supervision.clock().instant(), "");
  }

  private void supervise() {
    try {
      int quickDeaths = 0;
      boolean again = false;
      while (awaitNeeds()) {
        Death death = live(again);
        if (stopping) {
          return;
        }
        again = true;
        if (death.lived().compareTo(supervision.restarts().healthyAfter()) >= 0) {
          quickDeaths = 0;
        }
        // A part that ends because what it needs is gone is not to blame.
        quickDeaths += board.running(spec.needs()) ? 1 : 0;
        if (quickDeaths >= supervision.restarts().quickDeaths()) {
          giveUp(death, quickDeaths);
          return;
        }
        pause(death, supervision.restarts().pauseAfter(quickDeaths));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("Supervision of {} ended", spec.name(), e);
      change(PartState.FAILED, "the launcher cannot supervise it: " + e);
    }
  }

  /** Waits for the parts that this one needs; false when it is to stop, or waits in vain. */
  private boolean awaitNeeds() throws InterruptedException {
    board.await(
        () -> stopping || board.running(spec.needs()) || board.failed(spec.needs()).isPresent(),
        FOR_EVER);
    Optional<String> failed = board.failed(spec.needs());
    if (!stopping && failed.isPresent()) {
      change(PartState.FAILED, "needs " + failed.get() + ", which has failed");
      return false;
    }
    return !stopping;
  }

  private Death live(boolean again) throws InterruptedException {
    PartProcess live;
    try {
      synchronized (this) {
        if (stopping) {
          return new Death("was not started", Duration.ZERO);
        }
        process = PartProcess.start(spec, logFile);
        live = process;
      }
    } catch (IOException e) {
      return new Death("could not be started: " + e.getMessage(), Duration.ZERO);
    }
    board.update(
        spec.name(),
        s -> again ? s.restartedOnceMore().withPid(live.pid()) : s.withPid(live.pid()));
    try {
      Optional<String> said = live.awaitReady(supervision.readyLimit());
      if (said.isPresent()) {
        onReady.accept(spec.name(), said.get());
        board.update(
            spec.name(),
            s -> s.in(PartState.RUNNING, supervision.clock().instant(), "").withPid(live.pid()));
      }
      String end = live.awaitEnd();
      return new Death(end + " after " + Durations.text(live.age()), live.age());
    } catch (TimeoutException e) {
      live.kill();
      String reason = "was not ready within " + Durations.text(supervision.readyLimit());
      return new Death(reason, Duration.ZERO);
    }
  }

  private void pause(Death death, Duration pause) throws InterruptedException {
    change(
        PartState.RESTARTING,
        death.reason() + "; the next start follows after " + Durations.text(pause));
    board.await(() -> stopping, pause);
  }

  private void giveUp(Death death, int quickDeaths) {
    String reason =
        "%s, %d times in a row; the launcher has given it up. The end of %s:%n%s"
            .formatted(death.reason(), quickDeaths, logFile.path(), tail());
    change(PartState.FAILED, reason);
  }

  private void change(PartState state, String detail) {
    board.update(spec.name(), s -> s.in(state, supervision.clock().instant(), detail));
  }

  private String tail() {
    try {
      return String.join("\n", logFile.tail(TAIL_LINES));
    } catch (IOException e) {
      return "(the log cannot be read: " + e.getMessage() + ")";
    }
  }

  /**
   * How a process of the part ended by itself.
   *
   * @param lived how long it served or might have; zero when it never got ready
   */
  private record Death(String reason, Duration lived) {}

  /** How parts are supervised. */
  record Supervision(
      RestartPolicy restarts, Duration readyLimit, PartProcess.StopLimits stopLimits, Clock clock) {

    static Supervision standard() {
      return new Supervision(
          RestartPolicy.DEFAULT,
          Duration.ofMinutes(3),
          PartProcess.StopLimits.DEFAULT,
          Clock.systemUTC());
    }
  }
}
