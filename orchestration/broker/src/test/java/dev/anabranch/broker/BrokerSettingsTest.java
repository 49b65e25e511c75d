package dev.anabranch.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole mapping of the broker's settings file. */
class BrokerSettingsTest {

  @TempDir Path folder;

  @Test
  void readsEveryKey() throws IOException {
    Path file =
        write(
            "folder=/data/my kafka\nport=9092\ncontroller_port=9093\ntopic=events\npartitions=4\nwarm_up_topic=events.warm-up");
    assertThat(BrokerSettings.read(file))
        .isEqualTo(
            new BrokerSettings(
                Path.of("/data/my kafka"), 9092, 9093, "events", 4, "events.warm-up"));
  }

  @Test
  void namesTheKeyThatIsMissingOrDoesNotFit() throws IOException {
    Path missing =
        write("folder=/data\nport=9092\ntopic=events\npartitions=4\nwarm_up_topic=events.warm-up");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerSettings.read(missing))
        .withMessageContaining("controller_port");
    Path same =
        write(
            "folder=/data\nport=1\ncontroller_port=1\ntopic=events\npartitions=4\nwarm_up_topic=events.warm-up");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerSettings.read(same))
        .withMessageContaining("port and controller_port");
    Path text =
        write(
            "folder=/data\nport=http\ncontroller_port=1\ntopic=events\npartitions=4\nwarm_up_topic=events.warm-up");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerSettings.read(text))
        .withMessageContaining("http");
    Path relative =
        write(
            "folder=data\nport=1\ncontroller_port=2\ntopic=events\npartitions=4\nwarm_up_topic=events.warm-up");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerSettings.read(relative))
        .withMessageContaining("absolute");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("broker.properties"), text);
  }
}
