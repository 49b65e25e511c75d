package dev.anabranch.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** Formats the broker's folder once. */
final class Storage {

  private Storage() {}

  /**
   * Formats the folder unless that was done before. A start that was killed half-way is repeated
   * under the same cluster id: the marker {@code formatted} is written last.
   *
   * @throws IOException the folder cannot be written, or Kafka's tool refuses
   */
  static void formatOnce(Path folder, Properties kafka) throws IOException {
    Files.createDirectories(folder);
    Path marker = folder.resolve("formatted");
    if (Files.exists(marker)) {
      return;
    }
    Path file = folder.resolve("format.properties");
    try (OutputStream out = Files.newOutputStream(file)) {
      kafka.store(out, "Written for kafka.tools.StorageTool; the broker itself does not read it");
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    String[] arguments = {
      "format", "--cluster-id", clusterId(folder), "--ignore-formatted", "--config", file.toString()
    };
    int status;
    try (PrintStream print = new PrintStream(output, true, StandardCharsets.UTF_8)) {
      status = StorageTool.execute(arguments, print);
    }
    if (status != 0) {
      throw new IOException(
          "Kafka's storage tool could not format %s (status %d): %s"
              .formatted(folder, status, output.toString(StandardCharsets.UTF_8).strip()));
    }
    Files.createFile(marker);
  }

  private static String clusterId(Path folder) throws IOException {
    Path file = folder.resolve("cluster-id");
    if (Files.exists(file) && Files.size(file) > 0) {
      return Files.readString(file).strip();
    }
    String id = Uuid.randomUuid().toString();
    Files.writeString(file, id);
    return id;
  }
}
