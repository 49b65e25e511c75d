package dev.anabranch.cli.command;

import dev.anabranch.cli.options.JsonOption;
import dev.anabranch.cli.options.PlatformOptions;
import dev.anabranch.cli.platform.PartStatus;
import dev.anabranch.cli.platform.PlatformStatus;
import dev.anabranch.cli.platform.RunningPlatform;
import dev.anabranch.cli.platform.StatusJson;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code status}: the parts, and where each listens. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows the parts and where the platform listens; nothing running: exit code 3.")
public final class StatusCommand implements Callable<Integer> {

  @Mixin private PlatformOptions platform;

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (platform.stack().isPresent()) {
      StackCommand.showStatus(json.wanted());
      return 0;
    }
    PlatformStatus status = RunningPlatform.of(platform.data().folder()).status();
    System.out.println(json.wanted() ? StatusJson.write(status) : text(status));
    return 0;
  }

  private static String text(PlatformStatus status) {
    Table table = new Table("PART", "STATE", "PID", "RESTARTS", "SINCE");
    for (PartStatus part : status.parts()) {
      table.add(
          part.name(),
          part.state().text(),
          part.pid() == 0 ? "-" : Long.toString(part.pid()),
          Integer.toString(part.restarts()),
          part.since().truncatedTo(ChronoUnit.SECONDS).toString());
    }
    StringBuilder text = new StringBuilder(table.toString());
    for (PartStatus part : status.parts()) {
      if (!part.detail().isEmpty()) {
        text.append("%n%s %s%n".formatted(part.name(), part.detail()));
      }
    }
    PlatformStatus.Addresses at = status.addresses();
    text.append("%nState:   %s (launcher %d)%n".formatted(status.state(), status.launcherPid()));
    if (!at.serving().isEmpty()) {
      text.append("Serving: %s%n".formatted(at.serving()));
    }
    text.append("Kafka:   %s, topic %s%n".formatted(at.bootstrapServers(), at.topic()));
    if (!at.postgresql().isEmpty()) {
      text.append("PostgreSQL: %s%n".formatted(at.postgresql()));
    }
    return text.append("Lake:    %s".formatted(at.lake())).toString();
  }
}
