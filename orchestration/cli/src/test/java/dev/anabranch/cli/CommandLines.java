package dev.anabranch.cli;

import dev.anabranch.cli.command.Failures;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs one command as the program would. */
public record CommandLines(int exitCode, String out, String err) {

  public static CommandLines run(Object command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        new CommandLine(command)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setExecutionExceptionHandler(Failures::handle);
    int exitCode = line.execute(arguments);
    return new CommandLines(exitCode, out.toString(), err.toString());
  }
}
