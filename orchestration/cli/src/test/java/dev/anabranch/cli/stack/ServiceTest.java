package dev.anabranch.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceTest {
  private static Service service(String state, String health, int exitCode) {
    return new Service("one", state, health, exitCode);
  }

  @Test
  void whatHasDoneItsOneThingIsReady() {
    assertThat(service("exited", "", 0).isReady()).isTrue();
    assertThat(service("exited", "", 0).hasFailed()).isFalse();
    assertThat(service("exited", "", 0).text()).isEqualTo("done");
  }

  @Test
  void whatEndedWithAnotherCodeHasFailed() {
    assertThat(service("exited", "", 3).isReady()).isFalse();
    assertThat(service("exited", "", 3).hasFailed()).isTrue();
    assertThat(service("exited", "", 3).text()).isEqualTo("exited with 3");
  }

  @Test
  void whatRunsIsReadyWhenItsHealthCheckSaysSo() {
    assertThat(service("running", "", 0).isReady()).isTrue();
    assertThat(service("running", "healthy", 0).isReady()).isTrue();
    assertThat(service("running", "starting", 0).isReady()).isFalse();
    assertThat(service("running", "unhealthy", 0).isReady()).isFalse();
    assertThat(service("restarting", "", 0).isReady()).isFalse();
  }
}
