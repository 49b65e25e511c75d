package dev.anabranch.cli.options;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The settings of every command that starts a platform. */
public final class PlatformFlags {

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the API (default: 8080, or that of the settings); 0 takes a free one.")
  private Integer port;

  @Option(
      names = "--batch-every",
      paramLabel = "TIME",
      description =
          "How often a batch run starts by itself: 30s, 5m, 1h, PT5M; or never (default: 5m, or"
              + " that of the settings; in a demo 15s, in one of scoring never).")
  private String batchEvery;

  /**
   * The settings that go over a file and the environment.
   *
   * @param own of the command itself; what the user gives goes over them
   */
  public Config over(Map<String, ?> own) {
    Map<String, Object> flags = new HashMap<>(own);
    if (port != null) {
      flags.put("serving.port", port);
    }
    if (batchEvery != null) {
      flags.put("batch.every", batchEvery);
    }
    return ConfigFactory.parseMap(flags, "command line");
  }
}
