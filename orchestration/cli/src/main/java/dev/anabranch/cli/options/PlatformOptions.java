package dev.anabranch.cli.options;

import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.platform.RunningPlatform;
import dev.anabranch.cli.stack.Stack;
import dev.anabranch.lakehouse.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of every command that speaks to a platform that runs: an embedded one, or a stack.
 */
public final class PlatformOptions {

  @Mixin private DataOptions data;

  @Option(
      names = "--stack",
      description = "The platform of ./anabranch stack up, not the one on a data folder.")
  private boolean stack;

  /** The stack, where the command is for it. */
  public Optional<Stack> stack() {
    return stack ? Optional.of(Stack.ofThisProcess()) : Optional.empty();
  }

  /** The embedded platform that the command is for otherwise. */
  public DataOptions data() {
    return data;
  }

  /** Where the platform takes events; see {@link DataOptions#kafka()}. */
  public PlatformAddress kafka() {
    return stack ? Stack.ofThisProcess().kafka() : data.kafka();
  }

  /** The database that the platform works with; empty: none that is reached from here. */
  public Optional<Settings.Postgresql> postgresql() {
    return stack ? Stack.ofThisProcess().postgresql() : data.postgresql();
  }

  /** The platform's tables where they are on this machine's disk; empty: they are elsewhere. */
  public Optional<URI> localLake() {
    return stack
        ? Optional.empty()
        : Optional.of(data.lake()).filter(lake -> !lake.isOnS3()).map(Settings.Lake::uri);
  }

  /** Whether the embedded platform was started without that part; of a stack nobody knows. */
  public boolean isWithout(String part) throws IOException {
    return !stack && RunningPlatform.of(data.folder()).isLeftOut(part);
  }

  /**
   * As {@link RunningPlatform#requireHope}; containers are started again for ever.
   *
   * @param part its name
   */
  public void requireHope(String part) {
    if (!stack) {
      RunningPlatform.requireHope(data.folder(), part);
    }
  }
}
