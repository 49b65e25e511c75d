package dev.anabranch.cli.command;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.cli.api.Api;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.DataOptions;
import dev.anabranch.cli.options.PlatformOptions;
import dev.anabranch.cli.platform.PlatformFolder;
import dev.anabranch.cli.platform.RunningPlatform;
import dev.anabranch.lakehouse.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Finds the API of the platform that runs on a folder, or in the stack. */
final class RunningApi {

  private RunningApi() {}

  /**
   * Connects.
   *
   * @throws CommandFailure no platform runs there, or it runs without serving
   */
  static Api of(PlatformOptions options) throws IOException {
    if (options.stack().isPresent()) {
      return options.stack().get().api();
    }
    DataOptions data = options.data();
    RunningPlatform platform = RunningPlatform.of(data.folder());
    String url = platform.status().addresses().serving();
    if (url.isEmpty()) {
      throw CommandFailure.notRunning(
          "The platform on %s runs without serving, which answers this command; start it without --without serving."
              .formatted(data.folder().data()));
    }
    return new Api(url, token(tokenFile(data)));
  }

  /** The caller's own settings say first, then those that the platform runs with. */
  private static Optional<Path> tokenFile(DataOptions data) {
    PlatformFolder folder = data.folder();
    return data.settings()
        .api()
        .tokenFile()
        .or(
            () ->
                Settings.load(Optional.of(folder.settingsFile()), Map.of(), ConfigFactory.empty())
                    .api()
                    .tokenFile());
  }

  /** A token as the server reads it: without the white space around it. */
  static String token(Optional<Path> file) {
    try {
      return file.isEmpty() ? "" : Files.readString(file.get()).strip();
    } catch (IOException e) {
      throw CommandFailure.usage(
          "The token file %s cannot be read (%s).".formatted(file.get(), e), e);
    }
  }
}
