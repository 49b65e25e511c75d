package dev.anabranch.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacementTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @TempDir Path data;
  private PlatformFolder folder;

  @BeforeEach
  void folder() throws IOException {
    folder = new PlatformFolder(data.resolve("with space"));
    folder.create();
  }

  @Test
  void whatIsLeftOpenIsSettledInTheFolder() throws IOException {
    Settings settings = settle(Map.of("serving.port", 0));
    assertThat(settings.lake().uri()).isEqualTo(folder.lake().toUri());
    assertThat(settings.serving().port()).isBetween(18_000, 31_999);
    assertThat(settings.kafka().bootstrapServers()).matches("127\\.0\\.0\\.1:[0-9]{5}");
    assertThat(Settings.load(Optional.of(folder.settingsFile()), Map.of(), ConfigFactory.empty()))
        .isEqualTo(settings);
  }

  @Test
  void whatTheUserSetStays() throws IOException {
    Settings settings =
        settle(
            Map.of(
                "lake.uri", "file:///elsewhere/lake",
                "serving.port", 8081,
                "kafka.topic", "clicks",
                "batch.every", "never"));
    assertThat(settings.lake().uri().toString()).isEqualTo("file:///elsewhere/lake");
    assertThat(settings.serving().port()).isEqualTo(8081);
    assertThat(settings.batch().every()).isEmpty();
    assertThat(Files.readString(folder.kafkaFile())).contains("topic=clicks", "partitions=4");
  }

  @Test
  void portsAreKeptWhileTheyAreFree() throws IOException {
    String first = settle(Map.of()).kafka().bootstrapServers();
    assertThat(settle(Map.of()).kafka().bootstrapServers()).isEqualTo(first);
    int port = Integer.parseInt(first.substring(first.indexOf(':') + 1));
    try (ServerSocket other = new ServerSocket(port, 1, LOOPBACK)) {
      assertThat(other.isBound()).isTrue();
      assertThat(settle(Map.of()).kafka().bootstrapServers()).isNotEqualTo(first);
    }
  }

  @Test
  void thePortOfTheSettingsIsTakenOrRefused() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, LOOPBACK)) {
      String taken = "127.0.0.1:" + other.getLocalPort();
      assertThatThrownBy(() -> settle(Map.of("kafka.bootstrap_servers", taken)))
          .hasMessageContaining(Integer.toString(other.getLocalPort()));
    }
    assertThatThrownBy(() -> settle(Map.of("kafka.bootstrap_servers", "kafka.example:9092")))
        .hasMessageContainingAll("kafka.example:9092", "--without kafka");
    int free = Ports.choose(LOOPBACK, 0, new Random());
    assertThat(settle(Map.of("kafka.bootstrap_servers", "127.0.0.1:" + free)))
        .returns("127.0.0.1:" + free, s -> s.kafka().bootstrapServers());
  }

  @Test
  void anotherKafkaIsLeftAlone() throws IOException {
    Config given = given(Map.of("kafka.bootstrap_servers", "kafka.example:9092"));
    Config settled =
        new Placement(given, folder, new Random())
            .settle(LOOPBACK, List.of("speed", "kappa", "serving"), Set.of("kafka", "batch"));
    assertThat(settled.getString("kafka.bootstrap_servers")).isEqualTo("kafka.example:9092");
    assertThat(settled.getString("left_out")).isEqualTo("batch,kafka");
    assertThat(folder.kafkaFile()).doesNotExist();
  }

  @Test
  void postgresqlIsSettledWhereItRuns() throws IOException {
    assertThat(settle(Map.of()).postgresql().url()).isEmpty();
    String url = settleWithScoring(Map.of()).postgresql().url().orElseThrow();
    assertThat(url).matches("jdbc:postgresql://127\\.0\\.0\\.1:[0-9]{5}/postgres");
    assertThat(settleWithScoring(Map.of()).postgresql().url()).contains(url);
    assertThatThrownBy(
            () -> settleWithScoring(Map.of("postgresql.url", "jdbc:postgresql://db/leads")))
        .hasMessageContainingAll("jdbc:postgresql://db/leads", "--without postgresql");
  }

  private Settings settleWithScoring(Map<String, Object> settings) throws IOException {
    return settle(settings, EmbeddedParts.names(true));
  }

  private Settings settle(Map<String, Object> settings) throws IOException {
    return settle(settings, EmbeddedParts.names(false));
  }

  private Settings settle(Map<String, Object> settings, List<String> parts) throws IOException {
    return Placement.typed(
        new Placement(given(settings), folder, new Random()).settle(LOOPBACK, parts, Set.of()));
  }

  private static Config given(Map<String, Object> settings) {
    return Settings.resolve(Optional.empty(), Map.of(), ConfigFactory.parseMap(settings));
  }
}
