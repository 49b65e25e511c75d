package dev.anabranch.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ComposeTest {

  @Test
  void memoryIsReadInWhateverUnitDockerChooses() {
    assertThat(Compose.mebibytes("123.4MiB / 896MiB")).isEqualTo(123.4);
    assertThat(Compose.mebibytes("1.5GiB / 3GiB")).isEqualTo(1536);
    assertThat(Compose.mebibytes("512KiB / 3GiB")).isEqualTo(0.5);
    assertThat(Compose.mebibytes("0B / 0B")).isZero();
    assertThat(Compose.mebibytes("1048576B / 1GiB")).isEqualTo(1, within(1e-9));
    assertThatThrownBy(() -> Compose.mebibytes("--")).hasMessageContaining("\"--\"");
  }
}
