package dev.anabranch.cli;

import dev.anabranch.cli.audit.AuditCommand;
import dev.anabranch.cli.command.BatchCommand;
import dev.anabranch.cli.command.BenchCommand;
import dev.anabranch.cli.command.DemoCommand;
import dev.anabranch.cli.command.DownCommand;
import dev.anabranch.cli.command.Failures;
import dev.anabranch.cli.command.KappaCommand;
import dev.anabranch.cli.command.ModelCommand;
import dev.anabranch.cli.command.QuarantineCommand;
import dev.anabranch.cli.command.RecipeCommand;
import dev.anabranch.cli.command.StackCommand;
import dev.anabranch.cli.command.StatusCommand;
import dev.anabranch.cli.command.TestCommand;
import dev.anabranch.cli.command.UpCommand;
import dev.anabranch.cli.produce.ProduceCommand;
import dev.anabranch.cli.replay.ReplayCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code anabranch COMMAND …}. */
@Command(
    name = "anabranch",
    mixinStandardHelpOptions = true,
    version = "Anabranch 0.1.0",
    description = "A Lambda platform that measures itself against Kappa, on this machine.",
    footer = {
      "",
      "Exit codes: 0 done; 1 the work failed, or a verdict was negative; 2 wrong usage or"
          + " settings;",
      "3 the platform is not running or not reachable."
    },
    subcommands = {
      UpCommand.class,
      StatusCommand.class,
      DownCommand.class,
      DemoCommand.class,
      ProduceCommand.class,
      ReplayCommand.class,
      BatchCommand.class,
      KappaCommand.class,
      ModelCommand.class,
      QuarantineCommand.class,
      StackCommand.class,
      BenchCommand.class,
      RecipeCommand.class,
      AuditCommand.class,
      TestCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class Main {

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The whole command line, as tests use it. */
  public static CommandLine commandLine() {
    CommandLine line =
        new CommandLine(new Main())
            .setExecutionExceptionHandler(Failures::handle)
            .setUsageHelpAutoWidth(true);
    // What follows a recipe's name is the recipe's own.
    line.getSubcommands().get("recipe").setStopAtPositional(true);
    return line;
  }
}
