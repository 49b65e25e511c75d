package dev.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformFileTest {

  @TempDir private Path data;

  @Test
  void readsWhereEventsGo() throws IOException {
    write(
        "{\"state\":\"running\",\"kafka\":{\"bootstrap_servers\":\"127.0.0.1:4\",\"topic\":\"e\"}}");
    assertThat(PlatformFile.read(data)).isEqualTo(new PlatformAddress("127.0.0.1:4", "e"));
  }

  @Test
  void withoutAFileNothingRuns() {
    assertThatThrownBy(() -> PlatformFile.read(data))
        .isInstanceOfSatisfying(
            CommandFailure.class, failure -> assertThat(failure.exitCode()).isEqualTo(3))
        .hasMessageContaining("No platform runs on " + data)
        .hasMessageContaining("anabranch up");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}", "{\"kafka\":null}", "{\"kafka\":{\"topic\":\"e\"}}"})
  void aFileThatNamesNoBrokerIsNoPlatform(String json) throws IOException {
    write(json);
    assertThatThrownBy(() -> PlatformFile.read(data))
        .isInstanceOfSatisfying(
            CommandFailure.class, failure -> assertThat(failure.exitCode()).isEqualTo(3));
  }

  private void write(String json) throws IOException {
    Files.createDirectories(data.resolve("run"));
    Files.writeString(data.resolve("run/platform.json"), json);
  }
}
