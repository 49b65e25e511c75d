package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.DurationConverter;
import dev.anabranch.cli.options.JsonOption;
import dev.anabranch.cli.platform.EmbeddedParts;
import dev.anabranch.cli.replay.FileEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code model evaluate}: a file of somebody's own, no platform. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Trains and measures models on the rows of a file, as replay reads them, with the code of"
          + " model train.",
      "Needs no platform, and keeps nothing. Rows that do not map are counted and left out."
    })
final class ModelEvaluateCommand implements Callable<Integer> {

  @Mixin private JsonOption json;

  @Option(names = "--file", paramLabel = "FILE", required = true, description = "The rows.")
  private Path file = Path.of("");

  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      required = true,
      description = "How its columns and values become ours: docs/mapping.md.")
  private Path mapping = Path.of("");

  @Option(
      names = "--horizon",
      paramLabel = "TIME",
      defaultValue = "24h",
      converter = DurationConverter.class,
      description = "How far ahead a purchase counts (default: ${DEFAULT-VALUE}).")
  private Duration horizon = Duration.ZERO;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path events = Files.createTempFile("anabranch-events", ".jsonl");
    try {
      long unmapped = FileEvents.write(file, mapping, Clock.systemUTC(), events);
      Process process =
          EmbeddedParts.evaluation(List.of(events.toString(), horizon.toString())).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        return CommandFailure.FAILED; // Why is on standard error already.
      }
      ObjectNode card = (ObjectNode) new ObjectMapper().readTree(said);
      card.put("unmapped_rows", unmapped);
      System.out.print(json.wanted() ? card + "\n" : text(card));
      return CommandFailure.DONE;
    } finally {
      Files.deleteIfExists(events);
    }
  }

  private static String text(JsonNode card) {
    String unmapped = card.path("unmapped_rows").asText();
    return ModelCommand.figures(card)
        + (unmapped.equals("0")
            ? ""
            : "  %s rows did not map and were left out%n".formatted(unmapped));
  }
}
