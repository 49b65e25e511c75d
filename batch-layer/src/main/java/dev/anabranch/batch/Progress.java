package dev.anabranch.batch;

/** Follows a run from step to step. */
@FunctionalInterface
interface Progress {
  /**
   * A step is done.
   *
   * @throws RuntimeException the run ends here
   */
  void reached(String step);
}
