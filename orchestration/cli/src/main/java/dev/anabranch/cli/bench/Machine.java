package dev.anabranch.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What figures must be read beside. */
final class Machine {

  private Machine() {}

  static void describe(ObjectNode node) throws IOException {
    node.put("cores", Runtime.getRuntime().availableProcessors());
    node.put(
        "memory_gib",
        Math.round(kibibytes(Path.of("/proc/meminfo"), "MemTotal:") / 104857.6) / 10.0);
    node.put("processor", processor());
    node.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    node.put("java", System.getProperty("java.vm.version"));
  }

  /** Resident memory of some processes together, in MiB; 0 where the system does not say. */
  static long residentMebibytes(Stream<Long> pids) throws IOException {
    long sum = 0;
    for (long pid : pids.toList()) {
      sum += kibibytes(Path.of("/proc", Long.toString(pid), "status"), "VmRSS:");
    }
    return sum / 1024;
  }

  /** The most resident memory that a process has had, in MiB; 0 where the system does not say. */
  static long peakResidentMebibytes(long pid) throws IOException {
    return kibibytes(Path.of("/proc", Long.toString(pid), "status"), "VmHWM:") / 1024;
  }

  private static String processor() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    }
  }

  private static long kibibytes(Path file, String field) throws IOException {
    if (!Files.isReadable(file)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    }
  }
}
