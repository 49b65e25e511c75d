package dev.anabranch.cli.command;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.error.PlatformException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** What the user sees of a failure: its message, and the exit code that goes with it. */
public final class Failures {

  private Failures() {}

  /** Prints the failure; its stack trace only with {@code -Danabranch.debug=true}. */
  public static int handle(Exception failure, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().qualifiedName() + ": " + message(failure));
    if (Boolean.getBoolean("anabranch.debug")) {
      failure.printStackTrace(err);
    }
    err.flush();
    return exitCode(failure);
  }

  private static String message(Exception failure) {
    boolean meantForUsers =
        failure instanceof CommandFailure || failure instanceof PlatformException;
    return meantForUsers && failure.getMessage() != null
        ? failure.getMessage()
        : failure.toString();
  }

  private static int exitCode(Exception failure) {
    if (failure instanceof CommandFailure known) {
      return known.exitCode();
    }
    if (failure instanceof PlatformException known) {
      return switch (known.category()) {
        case USER -> CommandFailure.USAGE;
        case NOT_FOUND, CONFLICT, EXTERNAL, RESOURCES, INTERNAL -> CommandFailure.FAILED;
      };
    }
    return CommandFailure.FAILED;
  }
}
