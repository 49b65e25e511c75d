package dev.anabranch.cli.failure;

/**
 * A command cannot do its work. The message says what is wrong with its values, why, and what to
 * do; it is shown without a stack trace.
 */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Everything was done. */
  public static final int DONE = 0;

  /** The work failed, or a verdict was negative. */
  public static final int FAILED = 1;

  /** Wrong usage or settings. */
  public static final int USAGE = 2;

  /** The platform is not running or not reachable. */
  public static final int NOT_RUNNING = 3;

  private final int exitCode;

  private CommandFailure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The work failed: exit code 1. */
  public static CommandFailure failed(String message) {
    return new CommandFailure(FAILED, message, null);
  }

  /** The work failed: exit code 1. */
  public static CommandFailure failed(String message, Throwable cause) {
    return new CommandFailure(FAILED, message, cause);
  }

  /** The command line or the settings are wrong: exit code 2. */
  public static CommandFailure usage(String message) {
    return new CommandFailure(USAGE, message, null);
  }

  /** The command line or the settings are wrong: exit code 2. */
  public static CommandFailure usage(String message, Throwable cause) {
    return new CommandFailure(USAGE, message, cause);
  }

  /** There is no platform, or it does not answer: exit code 3. */
  public static CommandFailure notRunning(String message) {
    return new CommandFailure(NOT_RUNNING, message, null);
  }

  /** There is no platform, or it does not answer: exit code 3. */
  public static CommandFailure notRunning(String message, Throwable cause) {
    return new CommandFailure(NOT_RUNNING, message, cause);
  }

  /** The exit code of the process, 1 to 3. */
  public int exitCode() {
    return exitCode;
  }
}
