package dev.anabranch.cli.command;

import dev.anabranch.cli.platform.Durations;
import java.io.PrintStream;
import java.time.Duration;

/** Says every few seconds that a command still waits for something. */
final class Waiting {

  private static final Duration BETWEEN = Duration.ofSeconds(5);

  private final String what;
  private final PrintStream out;
  private final long began = System.nanoTime();
  private long said = began;

  Waiting(String what, PrintStream out) {
    this.what = what;
    this.out = out;
  }

  /** Called often; prints seldom. */
  void tick(String state) {
    long now = System.nanoTime();
    if (now - said >= BETWEEN.toNanos()) {
      said = now;
      out.printf("%s: %s for %s%n", what, state, Durations.text(Duration.ofNanos(now - began)));
    }
  }
}
