package dev.anabranch.cli.command;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.DataOptions;
import dev.anabranch.cli.platform.PlatformFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code down}: stops what runs on a folder. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stops the platform that runs on the data folder; nothing running is fine.")
public final class DownCommand implements Callable<Integer> {

  /** Longer than a launcher needs in the worst case. */
  private static final Duration LIMIT = Duration.ofSeconds(150);

  @Mixin private DataOptions data;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PlatformFolder folder = data.folder();
    OptionalLong launcher = folder.launcher();
    if (launcher.isEmpty()) {
      System.out.printf("No platform runs on %s.%n", folder.data());
      return 0;
    }
    long pid = launcher.getAsLong();
    if (pid > 0 && !ProcessHandle.of(pid).map(ProcessHandle::destroy).orElse(false)) {
      // It may have ended in this moment; the lock tells.
      System.err.printf("The launcher, process %d, could not be told to stop.%n", pid);
    }
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (folder.launcher().isPresent()) {
      if (System.nanoTime() > deadline) {
        throw CommandFailure.failed(
            "The platform on %s did not stop within %d s. See the logs in %s, or end its launcher, process %d, with kill -9: its parts end then by themselves."
                .formatted(folder.data(), LIMIT.toSeconds(), folder.logs(), pid));
      }
      Thread.sleep(100);
    }
    System.out.printf("Stopped the platform on %s.%n", folder.data());
    return 0;
  }
}
