package dev.anabranch.cli.command;

import dev.anabranch.cli.platform.PartStatus;
import dev.anabranch.cli.platform.PlatformStatus;
import dev.anabranch.cli.platform.StatusJson;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code status}: the parts, and where each listens. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows the parts and where the platform listens; nothing running: exit code 3.")
public final class StatusCommand implements Callable<Integer> {

  @Mixin private DataOptions data;

  @Option(names = "--json", description = "One JSON document on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PlatformStatus status = RunningPlatform.of(data.folder()).status();
    System.out.println(json ? StatusJson.write(status) : text(status));
    return 0;
  }

  private static String text(PlatformStatus status) {
    StringBuilder text = new StringBuilder();
    text.append("%-8s %-10s %8s %8s  %s%n".formatted("PART", "STATE", "PID", "RESTARTS", "SINCE"));
    for (PartStatus part : status.parts()) {
      String pid = part.pid() == 0 ? "-" : Long.toString(part.pid());
      text.append(
          "%-8s %-10s %8s %8d  %s%n"
              .formatted(part.name(), part.state().text(), pid, part.restarts(), part.since()));
      if (!part.detail().isEmpty()) {
        text.append(part.detail().strip().indent(9));
      }
    }
    PlatformStatus.Addresses at = status.addresses();
    text.append("%nState:   %s (launcher %d)%n".formatted(status.state(), status.launcherPid()));
    if (!at.serving().isEmpty()) {
      text.append("Serving: %s%n".formatted(at.serving()));
    }
    text.append("Kafka:   %s, topic %s%n".formatted(at.bootstrapServers(), at.topic()));
    return text.append("Lake:    %s".formatted(at.lake())).toString();
  }
}
