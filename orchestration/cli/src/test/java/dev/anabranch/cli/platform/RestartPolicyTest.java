package dev.anabranch.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {

  @Test
  void thePauseDoublesUpToItsBound() {
    assertThat(
            IntStream.of(1, 2, 3, 4, 5, 6, 7, 100)
                .mapToLong(deaths -> RestartPolicy.DEFAULT.pauseAfter(deaths).toSeconds()))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
    assertThat(RestartPolicy.DEFAULT.pauseAfter(0).toSeconds()).isEqualTo(1);
  }
}
