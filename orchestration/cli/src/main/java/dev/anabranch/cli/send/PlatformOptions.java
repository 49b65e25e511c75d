package dev.anabranch.cli.send;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.PlatformFile;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of a command that sends to a running platform. */
public final class PlatformOptions {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of the platform (default: ${DEFAULT-VALUE}).",
      defaultValue = ".anabranch")
  private Path data = Path.of(".anabranch");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings file; checked, though a running platform says itself where it is.")
  private Optional<Path> config = Optional.empty();

  @Option(names = "--json", description = "The result as one JSON document on stdout.")
  private boolean json;

  /** Whether the result is wanted as JSON. */
  public boolean json() {
    return json;
  }

  /**
   * Where the platform takes events.
   *
   * @throws CommandFailure exit code 2 where the settings are wrong, 3 where no platform runs
   */
  public PlatformAddress address() {
    try {
      Settings.load(config, System.getenv(), ConfigFactory.empty());
    } catch (PlatformException e) {
      throw CommandFailure.usage(e.getMessage(), e);
    }
    return PlatformFile.read(data);
  }
}
