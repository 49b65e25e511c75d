package dev.anabranch.cli.platform;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What must hold before any part is started; each failure says what to do. */
final class Preflight {

  private static final long MEBIBYTE = 1024L * 1024;
  private static final long LEAST_DISK_BYTES = 1024 * MEBIBYTE;

  private Preflight() {}

  /** Spark 3.5 does not run on later versions, so all parts run on this one. */
  static void java() {
    int version = Runtime.version().feature();
    if (version != 17) {
      throw CommandFailure.failed(
          "This is Java %d (%s), the platform needs Java 17: Spark 3.5 runs on no later one. Start the command with ./anabranch, which finds a JDK 17."
              .formatted(version, System.getProperty("java.home")));
    }
  }

  /** Only what would run can be left out. */
  static void partNames(Set<String> without, List<String> names) {
    Set<String> unknown = new TreeSet<>(without);
    unknown.removeAll(names);
    if (!unknown.isEmpty()) {
      throw CommandFailure.usage(
          "Unknown part %s in --without; the parts are %s."
              .formatted(String.join(", ", unknown), String.join(", ", names)));
    }
  }

  /** Without a token anyone who reaches the API may change things, so it stays on loopback. */
  static InetAddress access(Settings settings) {
    String host = settings.serving().host();
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw CommandFailure.usage(
          "Host %s is not known on this machine; give an address of it with --host."
              .formatted(host),
          e);
    }
    if (settings.api().tokenFile().isEmpty() && !address.isLoopbackAddress()) {
      throw CommandFailure.usage(
          "Host %s is not a loopback address, and no token protects the calls that change things. Name a file with a token (api.token_file or ANABRANCH_API_TOKEN_FILE), or listen on 127.0.0.1."
              .formatted(host));
    }
    settings.api().tokenFile().ifPresent(Preflight::token);
    return address;
  }

  private static void token(Path file) {
    try {
      if (Files.readString(file).isBlank()) {
        throw CommandFailure.usage(
            "The token file %s is empty; write a token into it or leave the setting out."
                .formatted(file));
      }
    } catch (IOException e) {
      throw CommandFailure.usage(
          "The token file %s cannot be read (%s); mend its name (api.token_file) or its rights."
              .formatted(file, e),
          e);
    }
  }

  /** Makes the data folder. */
  static void folder(PlatformFolder folder) {
    try {
      folder.create();
    } catch (IOException e) {
      throw notWritable(folder, e.toString());
    }
    if (!Files.isWritable(folder.data()) || !Files.isWritable(folder.run())) {
      throw notWritable(folder, "no right to write");
    }
  }

  private static CommandFailure notWritable(PlatformFolder folder, String why) {
    return CommandFailure.failed(
        "The data folder %s cannot be written (%s); give another one with --data."
            .formatted(folder.data(), why));
  }

  static void disk(PlatformFolder folder) throws IOException {
    long usable = Files.getFileStore(folder.data()).getUsableSpace();
    if (usable < LEAST_DISK_BYTES) {
      throw CommandFailure.failed(
          "Only %d MiB are free on the disk of %s, and at least %d are needed for the log, the tables and checkpoints. Free some, or give a folder on another disk with --data."
              .formatted(usable / MEBIBYTE, folder.data(), LEAST_DISK_BYTES / MEBIBYTE));
    }
  }

  static void memory(Memory memory, List<PartSpec> parts) throws IOException {
    long needed = parts.stream().mapToLong(PartSpec::heapMebibytes).sum();
    OptionalLong available = memory.available();
    if (available.isPresent() && available.getAsLong() / MEBIBYTE < needed) {
      throw CommandFailure.failed(
          "Only %d MiB of memory are available, and the parts' heaps alone may take %d MiB. End other programs, or leave parts out with --without (%s)."
              .formatted(
                  available.getAsLong() / MEBIBYTE,
                  needed,
                  parts.stream().map(PartSpec::name).collect(Collectors.joining(", "))));
    }
  }

  /** The API's port must be free; port 0 asks for any. */
  static void port(InetAddress address, int port) {
    if (port != 0 && !Ports.free(address, port)) {
      throw CommandFailure.failed(
          "Port %d on %s cannot be had: another program listens there, or it needs more rights. Give another one with --port, or --port 0 for a free one."
              .formatted(port, address.getHostAddress()));
    }
  }
}
