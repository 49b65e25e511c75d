package dev.anabranch.cli.command;

import dev.anabranch.cli.failure.CommandFailure;

/** The option {@code --limit} of lists. */
final class Limits {
  private static final int MOST = 10_000;

  private Limits() {}

  /**
   * Makes sure that the API knows such a limit.
   *
   * @throws CommandFailure wrong usage
   */
  static void require(int limit) {
    if (limit < 1 || limit > MOST) {
      throw CommandFailure.usage("--limit is %d; it must be 1 to %d.".formatted(limit, MOST));
    }
  }
}
