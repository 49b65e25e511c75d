package dev.anabranch.cli.command;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.platform.PlatformFolder;
import dev.anabranch.cli.platform.PlatformStatus;
import java.io.IOException;
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
}
