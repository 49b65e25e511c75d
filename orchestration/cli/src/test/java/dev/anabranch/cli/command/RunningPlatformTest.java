package dev.anabranch.cli.command;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.cli.platform.PartState;
import dev.anabranch.cli.platform.PartStatus;
import dev.anabranch.cli.platform.PlatformFolder;
import dev.anabranch.cli.platform.PlatformStatus;
import dev.anabranch.cli.platform.PlatformStatus.Addresses;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningPlatformTest {
  private static final Path DATA = Path.of("data");

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
  void aPartThatWasLeftOutIsNot() {
    assertThatThrownBy(() -> with(PartState.RUNNING, "").requireHope("batch"))
        .hasMessageContaining("--without batch");
  }
}
