package dev.anabranch.cli.options;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.platform.PlatformFolder;
import dev.anabranch.cli.platform.RunningPlatform;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command that speaks to a platform. */
public final class DataOptions {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".anabranch",
      description = "The platform's data folder (default: ${DEFAULT-VALUE} in the current folder).")
  private Path data;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A settings file in HOCON; ANABRANCH_... variables and flags go over it.")
  private Path config;

  /** The platform's data folder. */
  public PlatformFolder folder() {
    return new PlatformFolder(data);
  }

  /** The user's settings file. */
  public Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  /**
   * Where the platform that runs on the folder takes events.
   *
   * @throws PlatformException the user's settings are wrong, though a running platform says itself
   *     where it is
   * @throws CommandFailure none runs there
   */
  public PlatformAddress kafka() {
    settings();
    return running().kafka();
  }

  /**
   * The database that the platform which runs on the folder works with; empty: none.
   *
   * @throws CommandFailure no platform runs there
   */
  public Optional<Settings.Postgresql> postgresql() {
    return running().postgresql();
  }

  /**
   * Where the platform that runs on the folder has its tables.
   *
   * @throws CommandFailure no platform runs there
   */
  public Settings.Lake lake() {
    return running().settings().lake();
  }

  private RunningPlatform running() {
    try {
      return RunningPlatform.of(folder());
    } catch (IOException e) {
      throw CommandFailure.failed(
          "Cannot tell whether a platform runs on %s (%s); mend the rights of the folder."
              .formatted(data, e),
          e);
    }
  }

  /**
   * The user's own settings, which a running platform need not have.
   *
   * @throws PlatformException they are wrong
   */
  public Settings settings() {
    return Settings.load(config(), System.getenv(), ConfigFactory.empty());
  }
}
