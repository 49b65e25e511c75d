package dev.anabranch.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.anabranch.cli.platform.FakePart.Behaviour;
import dev.anabranch.cli.platform.PartProcess.StopLimits;
import dev.anabranch.cli.platform.PlatformStatus.Addresses;
import dev.anabranch.cli.platform.SupervisedPart.Supervision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with parts that have no content. */
class PlatformTest {

  private static final RestartPolicy QUICK =
      new RestartPolicy(Duration.ofMillis(10), Duration.ofMillis(40), Duration.ofMinutes(1), 3);

  @TempDir Path data;
  private PlatformFolder folder;
  private Platform platform;

  @BeforeEach
  void folder() throws IOException {
    folder = new PlatformFolder(data);
    folder.create();
  }

  @AfterEach
  void stop() throws Exception {
    if (platform != null) {
      platform.stop();
    }
  }

  @Test
  void startsPartsAfterWhatTheyNeedAndStopsThemInReverse() throws Exception {
    start(
        supervision(Duration.ofSeconds(30)),
        part("kafka", Behaviour.OBEYS),
        part("speed", Behaviour.OBEYS, "kafka"),
        part("serving", Behaviour.OBEYS, "speed"));
    assertThat(platform.status().state()).isEqualTo("running");
    assertThat(platform.status().parts())
        .extracting(PartStatus::state)
        .containsExactly(
            PartState.RUNNING, PartState.RUNNING, PartState.RUNNING, PartState.STOPPED);
    assertThat(folder.readStatus()).contains(platform.status());
    assertThat(platform.status().addresses().serving()).isEqualTo("http://127.0.0.1:4711");
    platform.stop();
    assertThat(Files.readAllLines(journal()))
        .containsExactly(
            "kafka ready",
            "speed ready",
            "serving ready",
            "serving stopped",
            "speed stopped",
            "kafka stopped");
    assertThat(folder.readStatus()).isEmpty();
    assertThat(Files.readString(folder.logs().resolve("speed.log")))
        .contains("I am speed")
        .contains("READY {");
  }

  @Test
  void whatWasLeftOutIsShownAndNotWaitedFor() throws Exception {
    start(supervision(Duration.ofSeconds(30)), part("kafka", Behaviour.OBEYS));
    PlatformStatus status = folder.readStatus().orElseThrow();
    assertThat(status.state()).isEqualTo("running");
    assertThat(status.parts()).extracting(PartStatus::name).containsExactly("kafka", "kappa");
    assertThat(status.parts()).allMatch(PartStatus::isAsWanted);
    assertThat(status.parts().get(1).detail()).contains("--without kappa");
  }

  @Test
  void startsAPartAgainThatWasKilledAndLeavesTheOthersAlone() throws Exception {
    start(
        supervision(Duration.ofSeconds(30)),
        part("kafka", Behaviour.OBEYS),
        part("speed", Behaviour.OBEYS, "kafka"));
    PartStatus kafka = status("kafka");
    PartStatus speed = status("speed");
    ProcessHandle.of(speed.pid()).orElseThrow().destroyForcibly();
    await().until(() -> status("speed").restarts() == 1);
    await().until(() -> status("speed").state() == PartState.RUNNING);
    assertThat(status("speed").pid()).isNotEqualTo(speed.pid());
    assertThat(status("kafka")).isEqualTo(kafka);
  }

  @Test
  void givesUpAPartThatDiesAgainAndAgainWithTheEndOfItsLog() throws Exception {
    start(
        supervision(Duration.ofSeconds(30)),
        part("kafka", Behaviour.OBEYS),
        part("speed", Behaviour.DIES, "kafka"));
    await().until(() -> status("speed").state() == PartState.FAILED);
    PartStatus speed = status("speed");
    assertThat(speed.restarts()).isEqualTo(2);
    assertThat(speed.pid()).isZero();
    assertThat(speed.detail())
        .contains("exit code 7")
        .contains("3 times in a row")
        .contains("speed.log")
        .contains("the cause of death");
    assertThat(status("kafka").state()).isEqualTo(PartState.RUNNING);
    platform.stop();
    assertThat(status("speed").state()).isEqualTo(PartState.FAILED);
  }

  @Test
  void doesNotWaitForEverForAPartThatIsNeverReady() throws Exception {
    start(
        supervision(Duration.ofMillis(300)),
        part("kafka", Behaviour.HANGS),
        part("speed", Behaviour.OBEYS, "kafka"));
    await().until(() -> status("kafka").state() == PartState.FAILED);
    assertThat(status("kafka").detail()).contains("was not ready within 0.3 s");
    await().until(() -> status("speed").state() == PartState.FAILED);
    assertThat(status("speed").detail()).isEqualTo("needs kafka, which has failed");
  }

  @Test
  void endsAPartThatDoesNotListen() throws Exception {
    start(supervision(Duration.ofSeconds(30)), part("kafka", Behaviour.DEAF));
    ProcessHandle kafka = ProcessHandle.of(status("kafka").pid()).orElseThrow();
    platform.stop();
    assertThat(kafka.isAlive()).isFalse();
    assertThat(status("kafka").state()).isEqualTo(PartState.STOPPED);
  }

  @Test
  void saysWhyAProgramCannotBeStarted() throws Exception {
    PartSpec real = part("kafka", Behaviour.OBEYS);
    PartSpec missing =
        new PartSpec(
            "kafka",
            List.of("/no/such/program", "Main", "file"),
            real.environment(),
            Set.of(),
            real.scratch(),
            16,
            0);
    start(supervision(Duration.ofSeconds(30)), missing);
    await().until(() -> status("kafka").state() == PartState.FAILED);
    assertThat(status("kafka").detail()).contains("/no/such/program");
  }

  private void start(Supervision supervision, PartSpec... parts) throws Exception {
    platform =
        new Platform(
            folder,
            List.of(parts),
            List.of(PartStatus.leftOut("kappa", Instant.EPOCH)),
            new Addresses("", "127.0.0.1:1", "events", "file:///lake"),
            supervision,
            part -> {});
    platform.start();
  }

  private static Supervision supervision(Duration readyLimit) {
    StopLimits limits = new StopLimits(Duration.ofMillis(1500), Duration.ofMillis(300));
    return new Supervision(QUICK, readyLimit, limits, Clock.systemUTC());
  }

  private PartSpec part(String name, Behaviour behaviour, String... needs) {
    return FakePart.spec(name, behaviour, journal(), Set.of(needs));
  }

  private Path journal() {
    return data.resolve("journal");
  }

  private PartStatus status(String name) {
    return platform.status().parts().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
