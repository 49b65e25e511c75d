package dev.anabranch.cli.platform;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.config.Settings;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Settles what the settings leave open for an embedded platform, from its data folder: where the
 * tables are and which ports its parts take. A port that a part had before on the folder is taken
 * again while it is free, so that clients find their way back.
 */
final class Placement {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final Config given;
  private final Settings settings;
  private final Settings defaults =
      Settings.load(Optional.empty(), Map.of(), ConfigFactory.empty());
  private final PlatformFolder folder;
  private final RandomGenerator random;

  Placement(Config given, PlatformFolder folder, RandomGenerator random) {
    this.given = given;
    this.settings = typed(given);
    this.folder = folder;
    this.random = random;
  }

  /** The settings as the records that the parts see. */
  static Settings typed(Config resolved) {
    return Settings.load(Optional.empty(), Map.of(), resolved);
  }

  /**
   * Every setting with its final value, written into the folder for the parts.
   *
   * @param api the address on which the API listens
   * @param parts names of those that run; without Kafka the settings name another one's
   * @param without parts that are left out
   */
  Config settle(InetAddress api, List<String> parts, Set<String> without) throws IOException {
    Map<String, Object> settled = new HashMap<>();
    if (settings.lake().uri().equals(defaults.lake().uri())) {
      settled.put("lake.uri", uri(folder.lake()));
    }
    if (settings.serving().port() == 0) {
      settled.put("serving.port", Ports.choose(api, 0, random));
    }
    settled.put("left_out", String.join(",", new TreeSet<>(without)));
    if (parts.contains(EmbeddedParts.POSTGRESQL)) {
      settled.put("postgresql.url", writePostgresqlFile());
      settled.put("postgresql.user", "postgres");
    }
    if (parts.contains(EmbeddedParts.KAFKA)) {
      settled.put("kafka.bootstrap_servers", "127.0.0.1:" + writeKafkaFile());
      settled.put("kafka.warm_up_topic", warmUpTopic());
    }
    settings.ledgerFile().ifPresent(f -> settled.put("ledger_file", f.toAbsolutePath().toString()));
    Config all = given;
    for (Map.Entry<String, Object> entry : settled.entrySet()) {
      all = all.withValue(entry.getKey(), ConfigValueFactory.fromAnyRef(entry.getValue()));
    }
    ConfigRenderOptions plain =
        ConfigRenderOptions.defaults().setOriginComments(false).setJson(false);
    PlatformFolder.writeAtomically(folder.settingsFile(), all.root().render(plain));
    return all;
  }

  private static String uri(Path path) {
    return path.toUri().toString().replaceFirst("/$", "");
  }

  /** Decides the broker's ports and writes them down; returns the clients' port. */
  private int writeKafkaFile() throws IOException {
    Properties before = before(folder.kafkaFile());
    int port = clientsPort(before);
    int controllerPort = portAsBefore(before.getProperty("controller_port", ""), port);
    PlatformFolder.writeAtomically(
        folder.kafkaFile(),
        """
        folder=%s
        port=%d
        controller_port=%d
        topic=%s
        partitions=%d
        warm_up_topic=%s
        """
            .formatted(
                escaped(folder.kafka()),
                port,
                controllerPort,
                settings.kafka().topic(),
                settings.kafka().partitions(),
                warmUpTopic()));
    return port;
  }

  /** Decides the server's port and writes it down; returns the database's URL. */
  private String writePostgresqlFile() throws IOException {
    if (settings.postgresql().url().isPresent()) {
      throw CommandFailure.usage(
          "postgresql.url is %s, but the platform's own PostgreSQL is to run. To use another one, add --without postgresql."
              .formatted(settings.postgresql().url().get()));
    }
    int port = portAsBefore(before(folder.postgresqlFile()).getProperty("port", ""), 0);
    PlatformFolder.writeAtomically(
        folder.postgresqlFile(),
        """
        folder=%s
        port=%d
        """
            .formatted(escaped(folder.postgresql()), port));
    return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port);
  }

  private static Properties before(Path file) throws IOException {
    Properties before = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        before.load(reader);
      }
    }
    return before;
  }

  private String warmUpTopic() {
    return settings.kafka().warmUpTopic().orElse(settings.kafka().topic() + ".warm-up");
  }

  private int clientsPort(Properties before) {
    String servers = settings.kafka().bootstrapServers();
    if (servers.equals(defaults.kafka().bootstrapServers())) {
      return portAsBefore(before.getProperty("port", ""), 0);
    }
    if (!servers.matches("(127\\.0\\.0\\.1|localhost):[0-9]{1,5}")) {
      throw CommandFailure.usage(
          "kafka.bootstrap_servers is %s, but the platform's own broker listens on 127.0.0.1:PORT. To use another Kafka, add --without kafka."
              .formatted(servers));
    }
    int port = Integer.parseInt(servers.substring(servers.indexOf(':') + 1));
    if (!Ports.free(LOOPBACK, port)) {
      throw CommandFailure.failed(
          "Port %d on 127.0.0.1 cannot be had for Kafka: another program listens there. Change kafka.bootstrap_servers, or leave it out to take a free port."
              .formatted(port));
    }
    return port;
  }

  private int portAsBefore(String before, int except) {
    if (before.matches("[1-9][0-9]{0,4}")) {
      int port = Integer.parseInt(before);
      if (port != except && Ports.free(LOOPBACK, port)) {
        return port;
      }
    }
    return Ports.choose(LOOPBACK, except, random);
  }

  /** A path as a value of a properties file. */
  private static String escaped(Path path) {
    return path.toString().replace("\\", "\\\\");
  }
}
