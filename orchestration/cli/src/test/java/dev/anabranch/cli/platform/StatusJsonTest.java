package dev.anabranch.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.anabranch.cli.platform.PlatformStatus.Addresses;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusJsonTest {

  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @Test
  void isTheDocumentOfTheContract() {
    PlatformStatus status =
        new PlatformStatus(
            "running",
            17,
            List.of(
                new PartStatus("speed", 4242, PartState.RUNNING, 0, NOON, ""),
                new PartStatus("kappa", 0, PartState.FAILED, 4, NOON, "it \"died\"")),
            new Addresses(
                "http://127.0.0.1:8080", "127.0.0.1:20123", "events", "file:///data/lake"));
    String json = StatusJson.write(status);
    assertThat(json)
        .isEqualTo(
            """
            {"state":"running","parts":[\
            {"name":"speed","pid":4242,"state":"running","restarts":0,\
            "since":"2026-11-22T12:00:00Z","detail":null},\
            {"name":"kappa","pid":null,"state":"failed","restarts":4,\
            "since":"2026-11-22T12:00:00Z","detail":"it \\"died\\""}],\
            "serving":{"url":"http://127.0.0.1:8080"},\
            "kafka":{"bootstrap_servers":"127.0.0.1:20123","topic":"events"},\
            "lake":{"uri":"file:///data/lake"},"postgresql":null,"launcher_pid":17}""");
    assertThat(StatusJson.read(json)).isEqualTo(status);
  }

  @Test
  void aPlatformWithoutServingHasNoAddressOfIt() {
    PlatformStatus status =
        new PlatformStatus("starting", 17, List.of(), new Addresses("", "", "events", "file:///l"));
    assertThat(StatusJson.write(status)).contains("\"serving\":null,\"kafka\":null");
    assertThat(StatusJson.read(StatusJson.write(status)).addresses().serving()).isEmpty();
  }

  @Test
  void refusesOtherDocuments() {
    assertThatIllegalArgumentException().isThrownBy(() -> StatusJson.read("{}"));
    assertThatIllegalArgumentException().isThrownBy(() -> StatusJson.read("{\"parts\""));
  }
}
