package dev.anabranch.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.platform.PartStatus;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many cores the processes of the parts keep busy from a moment on. On a machine with other
 * work it says, where times say little, whether the cores would do.
 */
final class Cores {

  private final EmbeddedPlatform platform;
  private final long began = System.nanoTime();
  private final Map<String, Duration> before;

  private Cores(EmbeddedPlatform platform) {
    this.platform = platform;
    this.before = used(platform);
  }

  static Cores from(EmbeddedPlatform platform) {
    return new Cores(platform);
  }

  /** The mean since the beginning, by part, of processes of which the system says it. */
  void describe(ObjectNode node) {
    double nanos = System.nanoTime() - began;
    used(platform)
        .forEach(
            (part, now) -> {
              Duration then = before.getOrDefault(part, now);
              node.put(part, Math.round(now.minus(then).toNanos() / nanos * 100) / 100.0);
            });
  }

  private static Map<String, Duration> used(EmbeddedPlatform platform) {
    Map<String, Duration> used = new TreeMap<>();
    for (PartStatus part : platform.status().parts()) {
      ProcessHandle.of(part.pid())
          .flatMap(process -> process.info().totalCpuDuration())
          .ifPresent(time -> used.put(part.name(), time));
    }
    return used;
  }
}
