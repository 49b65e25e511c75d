package dev.anabranch.cli.platform;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The platform that runs on a folder, seen from another process.
 *
 * @param folder its data folder
 * @param status what its launcher said last
 */
public record RunningPlatform(PlatformFolder folder, PlatformStatus status) {

  /**
   * Finds it.
   *
   * @throws CommandFailure none runs there, or it is so young that it has not said anything yet
   */
  public static RunningPlatform of(PlatformFolder folder) throws IOException {
    OptionalLong launcher = folder.launcher();
    if (launcher.isEmpty()) {
      throw CommandFailure.notRunning(
          "No platform runs on %s; start one with ./anabranch up --data %s."
              .formatted(folder.data(), folder.data()));
    }
    Optional<PlatformStatus> status =
        folder.readStatus().filter(s -> s.launcherPid() == launcher.getAsLong());
    return new RunningPlatform(
        folder,
        status.orElseThrow(
            () ->
                CommandFailure.notRunning(
                    "The platform on %s is just starting or stopping (launcher %d); ask again."
                        .formatted(folder.data(), launcher.getAsLong()))));
  }

  /**
   * Where it takes events.
   *
   * @throws CommandFailure it has no Kafka
   */
  public PlatformAddress kafka() {
    if (status.addresses().bootstrapServers().isEmpty()) {
      throw CommandFailure.notRunning(
          "The platform on %s says of no Kafka where it listens; see ./anabranch status --data %s."
              .formatted(folder.data(), folder.data()));
    }
    return status.addresses().kafka();
  }

  /** The database that the platform works with; empty: none. */
  public Optional<Settings.Postgresql> postgresql() {
    if (status.addresses().postgresql().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(settings().postgresql());
  }

  /**
   * What the launcher settled for its parts, with the names of files of secrets that a status never
   * shows.
   */
  public Settings settings() {
    return Settings.load(Optional.of(folder.settingsFile()), Map.of(), ConfigFactory.empty());
  }

  /** Whether the platform was started without that part. */
  public boolean isLeftOut(String name) {
    return status.parts().stream().anyMatch(part -> part.name().equals(name) && part.isLeftOut());
  }

  /** As {@link #requireHope(String)}, of what the folder says now. */
  public static void requireHope(PlatformFolder folder, String part) {
    try {
      of(folder).requireHope(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes sure that waiting for a part can have an end: it is started, or will be again.
   *
   * @throws CommandFailure the part was left out or given up
   */
  void requireHope(String name) {
    PartStatus part =
        status.parts().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("No part " + name));
    if (part.isLeftOut()) {
      throw CommandFailure.failed(
          "The platform on %s runs without %s, which this needs; start it without --without %s."
              .formatted(folder.data(), name, name));
    }
    if (part.state() == PartState.FAILED) {
      throw CommandFailure.failed(
          "%s does this, and was given up: %s%nWhat was asked for stays asked for, and is done when the platform runs again: ./anabranch down, then ./anabranch up, with --data %s."
              .formatted(name, part.detail(), folder.data()));
    }
  }
}
