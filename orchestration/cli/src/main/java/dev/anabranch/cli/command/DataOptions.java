package dev.anabranch.cli.command;

import dev.anabranch.cli.platform.PlatformFolder;
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
}
