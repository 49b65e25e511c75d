package dev.anabranch.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.platform.PlatformStatus.Addresses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningPlatformTest {
  private static final Path DATA = Path.of("data");

  @TempDir private Path temporary;

  private static RunningPlatform with(PartState state, String detail) {
    PartStatus kappa = new PartStatus("kappa", 0, state, 5, Instant.EPOCH, detail);
    return new RunningPlatform(
        new PlatformFolder(DATA),
        new PlatformStatus(
            "running", 1, List.of(kappa), new Addresses("", "127.0.0.1:1", "events", "lake")));
  }

  @Test
  void aPartThatWillRunAgainIsWaitedFor() {
    for (PartState state : List.of(PartState.STARTING, PartState.RUNNING, PartState.RESTARTING)) {
      assertThatCode(() -> with(state, "").requireHope("kappa")).doesNotThrowAnyException();
    }
  }

  @Test
  void aPartThatWasGivenUpIsNotAndTheReasonIsSaid() {
    assertThatThrownBy(() -> with(PartState.FAILED, "no memory").requireHope("kappa"))
        .hasMessageContaining("kappa")
        .hasMessageContaining("no memory")
        .hasMessageContaining("./anabranch up");
  }

  @Test
  void whatALauncherLeftBehindIsNoPlatform() throws IOException {
    PlatformFolder folder = new PlatformFolder(temporary);
    folder.create();
    folder.writeStatus(with(PartState.RUNNING, "").status());
    assertThatThrownBy(() -> RunningPlatform.of(folder))
        .isInstanceOfSatisfying(
            CommandFailure.class, failure -> assertThat(failure.exitCode()).isEqualTo(3))
        .hasMessageContaining("No platform runs on " + temporary)
        .hasMessageContaining("./anabranch up");
  }

  @Test
  void itSaysWhereEventsGo() {
    assertThat(with(PartState.RUNNING, "").kafka())
        .isEqualTo(new PlatformAddress("127.0.0.1:1", "events"));
    PlatformStatus none =
        new PlatformStatus("running", 1, List.of(), new Addresses("", "", "", ""));
    assertThatThrownBy(() -> new RunningPlatform(new PlatformFolder(DATA), none).kafka())
        .isInstanceOfSatisfying(
            CommandFailure.class, failure -> assertThat(failure.exitCode()).isEqualTo(3));
  }

  @Test
  void aPartThatWasLeftOutIsNot() {
    RunningPlatform running = with(PartState.RUNNING, "");
    PlatformStatus.Addresses at = running.status().addresses();
    List<PartStatus> parts =
        List.of(running.status().parts().get(0), PartStatus.leftOut("batch", Instant.EPOCH));
    RunningPlatform without =
        new RunningPlatform(new PlatformFolder(DATA), new PlatformStatus("starting", 1, parts, at));
    assertThat(without.isLeftOut("batch")).isTrue();
    assertThat(without.isLeftOut("kappa")).isFalse();
    assertThatThrownBy(() -> without.requireHope("batch")).hasMessageContaining("--without batch");
  }
}
