package dev.anabranch.cli.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * How much memory new processes may still take, as Linux says.
 *
 * @param root the root of the file system that has {@code proc} and {@code sys}
 */
record Memory(Path root) {

  private static final long UNLIMITED = Long.MAX_VALUE / 2;

  static Memory ofThisMachine() {
    return new Memory(Path.of("/"));
  }

  /**
   * Bytes: the machine's available memory or what the control group has left, whichever is less;
   * empty where the system does not say.
   */
  OptionalLong available() throws IOException {
    return LongStream.of(machine(), groupV2(), groupV1()).filter(b -> b < UNLIMITED).min();
  }

  private long machine() throws IOException {
    Path file = root.resolve("proc/meminfo");
    return Files.isReadable(file) ? field(file, "MemAvailable:") * 1024 : UNLIMITED;
  }

  private long groupV2() throws IOException {
    Path group = root.resolve("sys/fs/cgroup");
    return left(
        group.resolve("memory.max"),
        group.resolve("memory.current"),
        group.resolve("memory.stat"),
        "inactive_file");
  }

  private long groupV1() throws IOException {
    Path group = root.resolve("sys/fs/cgroup/memory");
    return left(
        group.resolve("memory.limit_in_bytes"),
        group.resolve("memory.usage_in_bytes"),
        group.resolve("memory.stat"),
        "total_inactive_file");
  }

  /** What a group may still take: its limit less its use, of which the idle file cache is free. */
  private static long left(Path limit, Path used, Path statistics, String cache)
      throws IOException {
    if (!Files.isReadable(limit) || !Files.isReadable(used)) {
      return UNLIMITED;
    }
    String most = Files.readString(limit).strip();
    if (most.equals("max") || most.length() > 15) {
      return UNLIMITED;
    }
    long idle = Files.isReadable(statistics) ? field(statistics, cache) : 0;
    long busy = Math.max(0, Long.parseLong(Files.readString(used).strip()) - idle);
    return Math.max(0, Long.parseLong(most) - busy);
  }

  /** The number after a name at the beginning of a line; 0 when there is no such line. */
  private static long field(Path file, String name) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> line.split("\\s+"))
        .filter(words -> words.length > 1 && words[0].equals(name))
        .mapToLong(words -> Long.parseLong(words[1]))
        .findFirst()
        .orElse(0);
  }
}
