package dev.anabranch.recipe;

import dev.anabranch.lakehouse.config.DurationText;
import dev.anabranch.lakehouse.error.PlatformException;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The recipes: {@code RecipeMain NAME [OPTIONS]}. */
@Command(
    name = "anabranch recipe",
    mixinStandardHelpOptions = true,
    description = "Structured Streaming, one program a screen; docs/recipes has a page for each.",
    subcommands = {
      EventProducer.class,
      WordCount.class,
      Aggregations.class,
      LeadScoring.class,
      KafkaToKafka.class,
      FileMonitor.class,
      Sinks.class,
      Monitoring.class
    },
    synopsisSubcommandLabel = "NAME")
public final class RecipeMain {

  private RecipeMain() {}

  public static void main(String[] args) {
    System.exit(execute(args));
  }

  static int execute(String... args) {
    return commandLine()
        .registerConverter(Duration.class, RecipeMain::duration)
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              line.getErr().println("anabranch recipe: " + failure.getMessage());
              // 3: there is no platform to read from, as with every command.
              return failure instanceof PlatformException ? 3 : 1;
            })
        .execute(args.length == 0 ? new String[] {"--help"} : args);
  }

  static CommandLine commandLine() {
    return new CommandLine(new RecipeMain());
  }

  private static Duration duration(String text) {
    try {
      return DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(e.getMessage());
    }
  }
}
