package dev.anabranch.cli.command;

import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.PlatformOptions;
import dev.anabranch.cli.platform.EmbeddedParts;
import dev.anabranch.lakehouse.config.Settings;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code recipe}: a program of the speed layer's module, in this terminal. */
@Command(
    name = "recipe",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a small Structured Streaming program: docs/recipes has a page for each.",
      "Without a name it lists them. Those that read Kafka take the platform that runs, or --kafka."
    })
public final class RecipeCommand implements Callable<Integer> {

  @Mixin private PlatformOptions platform;

  @Parameters(
      paramLabel = "NAME [OPTIONS]",
      arity = "0..*",
      description = "The recipe and its own options; NAME --help shows those.")
  private List<String> arguments = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Process recipe = EmbeddedParts.recipe(properties(), arguments).start();
    // Ctrl-C reaches the recipe by itself, as one of the terminal's processes; a kill does not.
    Thread ending = new Thread(recipe::destroy);
    Runtime.getRuntime().addShutdownHook(ending);
    return recipe.waitFor();
  }

  /** A recipe that needs no platform runs without one; one that does says what it lacks. */
  private Map<String, String> properties() {
    try {
      PlatformAddress kafka = platform.kafka();
      Map<String, String> properties = new HashMap<>();
      properties.put("anabranch.kafka", kafka.bootstrapServers());
      properties.put("anabranch.topic", kafka.topic());
      platform.localLake().ifPresent(uri -> properties.put("anabranch.lake", uri.toString()));
      platform
          .postgresql()
          // A password would be seen in the list of processes.
          .filter(database -> database.passwordFile().isEmpty())
          .ifPresent(database -> properties.put("anabranch.jdbc", jdbc(database)));
      return properties;
    } catch (CommandFailure e) {
      return Map.of();
    }
  }

  private static String jdbc(Settings.Postgresql database) {
    String url = database.url().orElseThrow();
    return "%s%suser=%s".formatted(url, url.contains("?") ? "&" : "?", database.user());
  }
}
