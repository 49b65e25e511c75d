package dev.anabranch.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {

  @TempDir Path root;

  @Test
  void nothingIsKnownWhereTheSystemDoesNotSay() throws IOException {
    assertThat(new Memory(root).available()).isEmpty();
  }

  @Test
  void theMachinesAvailableMemory() throws IOException {
    write("proc/meminfo", "MemTotal: 9000 kB\nMemFree: 1000 kB\nMemAvailable:    4000 kB\n");
    write("sys/fs/cgroup/memory.max", "max\n");
    write("sys/fs/cgroup/memory.current", "123\n");
    assertThat(new Memory(root).available()).hasValue(4_096_000);
  }

  @Test
  void whatTheControlGroupHasLeftIncludingItsIdleCache() throws IOException {
    write("proc/meminfo", "MemAvailable:    4000000 kB\n");
    write("sys/fs/cgroup/memory.max", "1000000\n");
    write("sys/fs/cgroup/memory.current", "700000\n");
    write("sys/fs/cgroup/memory.stat", "anon 300000\ninactive_file 400000\n");
    assertThat(new Memory(root).available()).hasValue(700_000);
  }

  @Test
  void theFirstVersionOfControlGroups() throws IOException {
    write("proc/meminfo", "MemAvailable:    4000000 kB\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "700000\n");
    assertThat(new Memory(root).available()).hasValue(4_096_000_000L);
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000000\n");
    assertThat(new Memory(root).available()).hasValue(300_000);
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
