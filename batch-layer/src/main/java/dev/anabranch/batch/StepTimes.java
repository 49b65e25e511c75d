package dev.anabranch.batch;

import java.util.LinkedHashMap;
import java.util.Map;

/** How long each step of a run took. */
final class StepTimes {
  private final Map<String, Long> millis = new LinkedHashMap<>();
  private long since = System.nanoTime();
  private String last = "start";

  void reached(String step) {
    long now = System.nanoTime();
    millis.merge(step, (now - since) / 1_000_000, Long::sum);
    since = now;
    last = step;
  }

  /** The step that was done last. */
  String last() {
    return last;
  }

  @Override
  public String toString() {
    return "milliseconds " + millis;
  }
}
