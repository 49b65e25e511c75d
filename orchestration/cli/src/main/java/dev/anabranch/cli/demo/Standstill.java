package dev.anabranch.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.failure.CommandFailure;
import java.time.Duration;

/** Gives up when an answer, of which a part moves on, has stayed the same for too long. */
final class Standstill {
  private final Duration limit;
  private long since = System.nanoTime();
  private String last = "";

  Standstill(Duration limit) {
    this.limit = limit;
  }

  /**
   * Looks at the offsets of the newest answer.
   *
   * @throws CommandFailure they have stayed the same for longer than the limit
   */
  void check(String path, JsonNode answer) {
    String offsets = answer.findValues("until_offsets") + " " + answer.findValues("boundary");
    if (!offsets.equals(last)) {
      last = offsets;
      since = System.nanoTime();
    } else if (System.nanoTime() - since > limit.toNanos()) {
      throw CommandFailure.failed(
          "The platform stands still: %s has answered the same offsets for %d s: %s"
              .formatted(path, limit.toSeconds(), offsets));
    }
  }
}
