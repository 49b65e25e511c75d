package dev.anabranch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a launcher says of itself in {@code DATA/run/platform.json}, the document of {@code status
 * --json}. The file may outlive a launcher that was killed: whoever connects finds out.
 */
public final class PlatformFile {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PlatformFile() {}

  /**
   * Where the platform on a data folder takes events.
   *
   * @throws CommandFailure exit code 3 where none runs there
   */
  public static PlatformAddress read(Path data) {
    Path file = data.resolve("run").resolve("platform.json");
    try {
      JsonNode kafka = MAPPER.readTree(Files.readString(file)).path("kafka");
      String servers = kafka.path("bootstrap_servers").asText("");
      String topic = kafka.path("topic").asText("");
      if (servers.isBlank() || topic.isBlank()) {
        throw CommandFailure.notRunning(
            "The platform on %s has no Kafka yet (%s names none); wait until it is up."
                .formatted(data, file));
      }
      return new PlatformAddress(servers, topic);
    } catch (NoSuchFileException e) {
      throw CommandFailure.notRunning(
          "No platform runs on %s: there is no %s. Start one with `anabranch up --data %s`."
              .formatted(data, file, data),
          e);
    } catch (IOException e) {
      throw CommandFailure.notRunning(
          "Cannot tell where the platform on %s listens: %s cannot be read (%s)."
              .formatted(data, file, e.getMessage()),
          e);
    }
  }
}
