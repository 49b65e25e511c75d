package dev.anabranch.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A launcher that is killed with -9: its parts end by themselves and the folder is free. */
class KilledLauncherTest {

  @TempDir Path data;

  @Test
  void partsEndAndTheFolderIsFree() throws Exception {
    PlatformFolder folder = new PlatformFolder(data);
    assertThat(folder.launcher()).isEmpty();
    Process launcher =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                FakeLauncher.class.getName(),
                data.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = launcher.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("UP");
      assertThat(folder.launcher()).hasValue(launcher.pid());
      assertThat(folder.hold()).isEmpty();
      List<ProcessHandle> parts =
          folder.readStatus().orElseThrow().parts().stream()
              .map(part -> ProcessHandle.of(part.pid()).orElseThrow())
              .toList();
      assertThat(parts).hasSize(2).allMatch(ProcessHandle::isAlive);

      launcher.destroyForcibly().waitFor();

      List<String> notices = new ArrayList<>();
      Leftovers.await(FakeLauncher.parts(data), Duration.ofSeconds(20), notices::add);
      await().until(() -> parts.stream().noneMatch(ProcessHandle::isAlive));
      assertThat(folder.launcher()).isEmpty();
      try (PlatformFolder.Hold hold = folder.hold().orElseThrow()) {
        assertThat(hold.channel().isOpen()).isTrue();
      }
    } finally {
      launcher.destroyForcibly();
    }
  }
}
