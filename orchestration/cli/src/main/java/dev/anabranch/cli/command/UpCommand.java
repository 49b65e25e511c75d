package dev.anabranch.cli.command;

import com.typesafe.config.Config;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.DataOptions;
import dev.anabranch.cli.options.PlatformFlags;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.platform.EmbeddedPlatform.Plan;
import dev.anabranch.cli.platform.PlatformStatus;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code up}: the platform in the foreground, until Ctrl-C or SIGTERM. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description =
        "Runs the platform in the foreground; Ctrl-C or SIGTERM stops all parts in order.")
public final class UpCommand implements Callable<Integer> {

  @Mixin private DataOptions data;
  @Mixin private PlatformFlags flags;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Address that the API listens on (default: 127.0.0.1); another one than"
              + " loopback needs a token.")
  private String host;

  @Option(
      names = "--without",
      paramLabel = "PART",
      description = {
        "Leaves a part out: kafka, speed, kappa, batch, serving; with --scoring also postgresql,"
            + " scoring.",
        "May be repeated."
      })
  private Set<String> without = Set.of();

  @Option(
      names = "--scoring",
      description =
          "Scores leads live too: starts PostgreSQL and the scoring stream, which waits for a"
              + " model (./anabranch model train).")
  private boolean scoring;

  @Override
  public Integer call() throws IOException {
    Plan plan = new Plan(data.folder(), data.config(), flags(), without, scoring);
    return StopSignal.during(() -> run(plan), CommandFailure.DONE);
  }

  private int run(Plan plan) throws IOException, InterruptedException {
    StartProgress progress = new StartProgress(System.err);
    try (EmbeddedPlatform platform = EmbeddedPlatform.start(plan, progress)) {
      System.out.println(summary(platform.status()));
      new CountDownLatch(1).await();
    }
    return CommandFailure.DONE;
  }

  private Config flags() {
    return flags.over(host == null ? Map.of() : Map.of("serving.host", host));
  }

  private String summary(PlatformStatus status) {
    String where =
        status.addresses().serving().isEmpty()
            ? "Kafka at " + status.addresses().bootstrapServers()
            : status.addresses().serving();
    String said =
        "Anabranch runs: %s, data and logs in %s. Ctrl-C stops it."
            .formatted(where, data.folder().data());
    String missing =
        status.parts().stream()
            .filter(part -> !part.isAsWanted())
            .map(
                part ->
                    "%n  %s is %s: %s"
                        .formatted(
                            part.name(),
                            part.state().text(),
                            part.detail().lines().findFirst().orElse("no reason known")))
            .collect(Collectors.joining());
    return missing.isEmpty() ? said : said + " Not all of it:" + missing;
  }
}
