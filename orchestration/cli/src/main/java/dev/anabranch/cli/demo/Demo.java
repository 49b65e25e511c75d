package dev.anabranch.cli.demo;

import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.measure.Meters;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.produce.LiveTraffic;
import dev.anabranch.cli.send.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Live events into a platform that runs, watched, and judged at the end. */
public final class Demo {

  private static final Duration TICK = Duration.ofSeconds(1);

  private final EmbeddedPlatform platform;
  private final Api api;
  private final Plan plan;
  private final Clock clock;
  private final Path ledger;
  private final PlatformAddress kafka;
  private final Truth truth;

  /**
   * What to do.
   *
   * @param length how long events are sent; empty until the thread is interrupted
   * @param rate distinct events a second
   */
  public record Plan(Optional<Duration> length, double rate, long seed) {}

  /**
   * A demo on a platform whose parts all run and whose settings name a ledger.
   *
   * @throws CommandFailure the topic holds records that the ledger does not know
   */
  public Demo(EmbeddedPlatform platform, Api api, Plan plan, Clock clock)
      throws IOException, InterruptedException {
    this.platform = platform;
    this.api = api;
    this.plan = plan;
    this.clock = clock;
    this.ledger = platform.settings().ledgerFile().orElseThrow();
    this.truth = Truth.read(ledger);
    this.kafka = platform.status().addresses().kafka();
    KnownTopic.requireKnown(truth, KnownTopic.endOffsets(kafka), kafka.topic(), ledger);
  }

  /** Sends, watches, and judges when the time is over. */
  public Verdict run(Board board) throws InterruptedException {
    try (Meters meters = new Meters(api, clock)) {
      try (Ledger file = Ledger.open(ledger);
          LiveTraffic traffic =
              LiveTraffic.start(
                  kafka, plan.rate(), plan.seed(), clock, List.of(truth, meters, file))) {
        watch(traffic, new Observer(platform, api, truth, meters), board);
      }
      return new Judge(platform, api, truth, meters).judge("demo-" + clock.millis());
    }
  }

  private void watch(LiveTraffic traffic, Observer observer, Board board)
      throws InterruptedException {
    long began = System.nanoTime();
    Duration left = TICK;
    while (!left.isNegative() && !left.isZero()) {
      traffic.requireAlive();
      Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
      board.show(observer.observe(elapsed, plan.length()));
      left = plan.length().map(length -> length.minus(elapsed)).orElse(TICK);
      Thread.sleep(Math.max(0, Math.min(left.toMillis(), TICK.toMillis())));
    }
  }
}
