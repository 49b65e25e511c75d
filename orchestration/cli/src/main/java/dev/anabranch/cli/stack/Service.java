package dev.anabranch.cli.stack;

/**
 * One container of the stack.
 *
 * @param name of the service in the compose file
 * @param state as the engine says it: {@code created}, {@code running}, {@code restarting}, {@code
 *     exited} …
 * @param health what its health check says; empty where it has none
 * @param exitCode of its last end
 */
public record Service(String name, String state, String health, int exitCode) {

  /** Whether it has done what it is there for, or does it. */
  boolean isReady() {
    return isDone() || (state.equals("running") && (health.isEmpty() || health.equals("healthy")));
  }

  /** Whether it was there for one thing and that is done. */
  public boolean isDone() {
    return state.equals("exited") && exitCode == 0;
  }

  /** Whether waiting for it is in vain. */
  boolean hasFailed() {
    return state.equals("dead") || (state.equals("exited") && exitCode != 0);
  }

  /** For people. */
  public String text() {
    if (isDone()) {
      return "done";
    }
    return state.equals("exited")
        ? "exited with " + exitCode
        : health.isEmpty() ? state : state + ", " + health;
  }
}
