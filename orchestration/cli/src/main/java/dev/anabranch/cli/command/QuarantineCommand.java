package dev.anabranch.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.JsonOption;
import dev.anabranch.cli.options.PlatformOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code quarantine list}. */
@Command(
    name = "quarantine",
    mixinStandardHelpOptions = true,
    description = "Shows records that were refused.",
    subcommands = QuarantineCommand.ListRecords.class,
    synopsisSubcommandLabel = "COMMAND")
public final class QuarantineCommand {

  /** {@code quarantine list}: counts by reason, and the newest records. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Counts of refused records by reason, and the newest of them.")
  static final class ListRecords implements Callable<Integer> {

    private static final int PREVIEW = 60;

    @Mixin private PlatformOptions platform;
    @Mixin private JsonOption json;

    @Option(
        names = "--reason",
        paramLabel = "R",
        description = "Records of this reason only; the counts are of all.")
    private String reason = "";

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "20",
        description = "At most so many records (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() throws IOException, InterruptedException {
      Limits.require(limit);
      String filter = reason.isEmpty() ? "" : "&reason=" + Api.encoded(reason);
      JsonNode answer = RunningApi.of(platform).get("/v1/quarantine?limit=" + limit + filter);
      System.out.print(json.wanted() ? answer + "\n" : text(answer));
      return CommandFailure.DONE;
    }

    private static String text(JsonNode answer) {
      Table counts = new Table("REASON", "RECORDS");
      for (Map.Entry<String, JsonNode> count : answer.path("counts").properties()) {
        counts.add(count.getKey(), count.getValue().asText());
      }
      Table records = new Table("KAFKA TIME", "PLACE", "REASON", "DETAIL", "VALUE");
      for (JsonNode record : answer.path("records")) {
        records.add(
            record.path("kafka_timestamp").asText(),
            "%s-%s:%s"
                .formatted(
                    record.path("topic").asText(),
                    record.path("partition").asText(),
                    record.path("offset").asText()),
            record.path("reason").asText(),
            record.path("detail").asText(),
            preview(record.path("value_base64")));
      }
      return counts + "\n" + records;
    }

    /** The beginning of a value as text, without what would disturb a terminal. */
    private static String preview(JsonNode base64) {
      if (!base64.isTextual()) {
        return "(none)";
      }
      byte[] value = Base64.getDecoder().decode(base64.asText());
      String text =
          new String(value, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}\\p{Co}\\p{Cn}]", "?");
      return text.length() <= PREVIEW
          ? text
          : text.substring(0, PREVIEW) + "... (" + value.length + " bytes)";
    }
  }
}
