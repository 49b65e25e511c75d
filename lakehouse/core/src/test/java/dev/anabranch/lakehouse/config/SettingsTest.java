package dev.anabranch.lakehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.error.PlatformException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final Config NO_FLAGS = ConfigFactory.empty();
  private static final Settings.S3 AWS =
      new Settings.S3(Optional.empty(), "us-east-1", true, Optional.empty(), Optional.empty());

  @TempDir Path folder;

  @Test
  void defaults() {
    assertThat(Settings.load(Optional.empty(), Map.of("PATH", "/bin"), NO_FLAGS))
        .isEqualTo(
            new Settings(
                new Settings.Lake(URI.create("file:///tmp/anabranch/lake"), AWS),
                new Settings.Kafka("127.0.0.1:9092", "events", 4, Optional.empty()),
                new Settings.Spark("local[2]"),
                new Settings.Speed(Duration.ofMillis(250), 200_000),
                new Settings.Kappa(
                    Duration.ofMillis(250),
                    200_000,
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(60),
                    32),
                new Settings.Batch(Optional.of(Duration.ofMinutes(5)), 1024),
                new Settings.Maintenance(Optional.of(Duration.ofHours(1)), Duration.ofMinutes(10)),
                new Settings.Training(Duration.ofHours(24), 0.6, 1.5),
                new Settings.Scoring(
                    Duration.ofMillis(250),
                    200_000,
                    0.7,
                    "hot-leads",
                    Duration.ofSeconds(30),
                    Optional.of(Duration.ofMinutes(5))),
                new Settings.Anomalies(
                    Optional.of(Duration.ofMinutes(15)),
                    Duration.ofDays(28),
                    Duration.ofMinutes(1),
                    4,
                    0.999,
                    3),
                new Settings.Serving("127.0.0.1", 8080, Duration.ofMillis(25)),
                new Settings.Api(Optional.empty()),
                new Settings.Airflow(
                    Optional.empty(), "anabranch", Optional.empty(), "anabranch_batch"),
                new Settings.Postgresql(Optional.empty(), "anabranch", Optional.empty()),
                new Settings.Mlflow(Optional.empty()),
                Optional.empty(),
                Set.of()));
  }

  @Test
  void everyKeyFromAFile() throws IOException {
    Path file =
        file(
            """
            lake {
              uri = "s3a://bucket/lake"
              s3 {
                endpoint = "http://minio:9000", region = eu-north-1, path_style = false
                access_key_file = "/run/access", secret_key_file = "/run/secret"
              }
            }
            kafka { bootstrap_servers = "kafka:9092", topic = clicks, partitions = 8, warm_up_topic = clicks.warm-up }
            spark.master = "spark://master:7077"
            speed { trigger_interval = 1s, max_records_per_epoch = 7 }
            kappa { trigger_interval = 2s, max_records_per_epoch = 9, watermark_delay = 1h, idle_after = 5m, compact_every = 4 }
            batch { every = never, memory = 2g }
            maintenance { every = never, keep_epochs = 2h }
            training { horizon = 7d, least_auc = 0.7, least_lift = 2 }
            scoring { trigger_interval = 3s, max_records_per_epoch = 11, hot_from = 0.9, hot_topic = calls }
            scoring { profiles_every = 1m, rescore_every = 1h }
            anomalies { learn_every = never, history = 7d, lateness = 2m, deviations = 5, lead_quantile = 0.99, lead_factor = 2.5 }
            postgresql { url = "jdbc:postgresql://db:5432/leads", user = sales, password_file = "/run/postgresql" }
            serving { host = "::1", port = 0, poll_interval = 1s }
            mlflow.url = "http://mlflow:5000"
            api.token_file = "/run/token"
            airflow { url = "http://airflow:8080", user = me, password_file = "/run/airflow", dag = batch }
            ledger_file = "/data/ledger.jsonl"
            left_out = "kappa, batch"
            """);
    assertThat(Settings.load(Optional.of(file), Map.of(), NO_FLAGS))
        .isEqualTo(
            new Settings(
                new Settings.Lake(
                    URI.create("s3a://bucket/lake"),
                    new Settings.S3(
                        Optional.of(URI.create("http://minio:9000")),
                        "eu-north-1",
                        false,
                        Optional.of(Path.of("/run/access")),
                        Optional.of(Path.of("/run/secret")))),
                new Settings.Kafka("kafka:9092", "clicks", 8, Optional.of("clicks.warm-up")),
                new Settings.Spark("spark://master:7077"),
                new Settings.Speed(Duration.ofSeconds(1), 7),
                new Settings.Kappa(
                    Duration.ofSeconds(2), 9, Duration.ofHours(1), Duration.ofMinutes(5), 4),
                new Settings.Batch(Optional.empty(), 2048),
                new Settings.Maintenance(Optional.empty(), Duration.ofHours(2)),
                new Settings.Training(Duration.ofDays(7), 0.7, 2),
                new Settings.Scoring(
                    Duration.ofSeconds(3),
                    11,
                    0.9,
                    "calls",
                    Duration.ofMinutes(1),
                    Optional.of(Duration.ofHours(1))),
                new Settings.Anomalies(
                    Optional.empty(), Duration.ofDays(7), Duration.ofMinutes(2), 5, 0.99, 2.5),
                new Settings.Serving("::1", 0, Duration.ofSeconds(1)),
                new Settings.Api(Optional.of(Path.of("/run/token"))),
                new Settings.Airflow(
                    Optional.of(URI.create("http://airflow:8080")),
                    "me",
                    Optional.of(Path.of("/run/airflow")),
                    "batch"),
                new Settings.Postgresql(
                    Optional.of("jdbc:postgresql://db:5432/leads"),
                    "sales",
                    Optional.of(Path.of("/run/postgresql"))),
                new Settings.Mlflow(Optional.of(URI.create("http://mlflow:5000"))),
                Optional.of(Path.of("/data/ledger.jsonl")),
                Set.of("kappa", "batch")));
  }

  @Test
  void flagsGoOverTheEnvironmentAndThatOverTheFile() throws IOException {
    Path file = file("kafka { topic = of_file, partitions = 2 }, serving.port = 1");
    Settings settings =
        Settings.load(
            Optional.of(file),
            Map.of("ANABRANCH_KAFKA_TOPIC", "of_environment", "ANABRANCH_SERVING_PORT", "2"),
            ConfigFactory.parseString("serving.port = 3"));
    assertThat(settings.kafka())
        .isEqualTo(new Settings.Kafka("127.0.0.1:9092", "of_environment", 2, Optional.empty()));
    assertThat(settings.serving().port()).isEqualTo(3);
  }

  @Test
  void whatAirflowsTasksReadIsNoSetting() {
    assertThat(
            Settings.load(
                Optional.empty(), Map.of("ANABRANCH_API_URL", "http://serving:8080"), NO_FLAGS))
        .isEqualTo(Settings.load(Optional.empty(), Map.of(), NO_FLAGS));
  }

  @Test
  void unknownKeysAreNamed() throws IOException {
    Path file = file("speed.trigger = 1s");
    assertThatThrownBy(() -> Settings.load(Optional.of(file), Map.of(), NO_FLAGS))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("speed.trigger")
        .hasMessageContaining(file.toString());
    assertThatThrownBy(
            () -> Settings.load(Optional.empty(), Map.of("ANABRANCH_SPEED_TRIGER", "1s"), NO_FLAGS))
        .hasMessageContaining("ANABRANCH_SPEED_TRIGER");
  }

  @Test
  void valuesOutOfBoundsAreNamed() {
    assertInvalid("kafka.partitions = 0", "kafka.partitions");
    assertInvalid("kafka.partitions = 1.5", "kafka.partitions is 1.5");
    assertInvalid("kappa.compact_every = 2.5", "kappa.compact_every is 2.5");
    assertInvalid("kafka.topic = \"a b\"", "kafka.topic is 'a b'");
    assertInvalid("kafka.topic = \"..\"", "kafka.topic is '..'");
    assertInvalid("kafka.warm_up_topic = \"a/b\"", "kafka.warm_up_topic is 'a/b'");
    assertInvalid("spark.master = banana", "spark.master is 'banana'");
    assertInvalid("spark.master = \"local[0]\"", "spark.master is 'local[0]'");
    assertInvalid("serving.port = 65536", "serving.port");
    assertInvalid("speed.max_records_per_epoch = 0", "speed.max_records_per_epoch");
    assertInvalid("kappa.watermark_delay = -1s", "kappa.watermark_delay");
    assertInvalid("kappa.compact_every = 1", "kappa.compact_every");
    assertInvalid("batch.every = 10ms", "batch.every is PT0.01S");
    assertInvalid("lake.s3.endpoint = \"minio:9000\"", "lake.s3.endpoint is minio:9000");
    assertInvalid("batch.every = soon", "batch.every");
    assertInvalid("maintenance.every = 10ms", "maintenance.every is PT0.01S");
    assertInvalid("maintenance.keep_epochs = -1s", "maintenance.keep_epochs");
    assertInvalid("batch.memory = 511MiB", "batch.memory is 511 MiB");
    assertInvalid("batch.memory = 2048", "such as 2GiB");
    assertInvalid("batch.memory = much", "batch.memory");
    assertInvalid("serving.port = many", "serving.port");
    assertInvalid("airflow.url = \"airflow:8080\"", "airflow.url is airflow:8080");
    assertInvalid("airflow.url = \"http://airflow\"", "airflow.password_file");
    assertInvalid("mlflow.url = \"mlflow:5000\"", "mlflow.url is mlflow:5000");
    assertInvalid("mlflow.url = \"http://a b\"", "mlflow.url is http://a b");
    assertInvalid("scoring.hot_from = 0", "scoring.hot_from");
    assertInvalid("scoring.hot_from = 1.1", "scoring.hot_from");
    assertInvalid("scoring.hot_topic = \"no topic\"", "scoring.hot_topic");
    assertInvalid("postgresql.url = \"mysql://db\"", "postgresql.url");
    assertInvalid("lake.uri = \"hdfs://name/lake\"", "lake.uri");
    assertInvalid("lake.uri = \"s3a:///lake\"", "lake.uri");
    assertInvalid("lake.s3.endpoint = \"minio:9000\"", "lake.s3.endpoint");
    assertInvalid("lake.s3.access_key_file = \"/run/key\"", "lake.s3.secret_key_file");
    assertInvalid("serving.poll_interval = often", "serving.poll_interval");
    assertInvalid("serving.host = \" \"", "serving.host is empty");
    assertInvalid("lake.uri = \"\"", "lake.uri is empty");
    assertInvalid("lake.uri = \"file:here\"", "lake.uri is file:here");
    assertInvalid("lake.uri = \"file://host/lake\"", "lake.uri is file://host/lake");
    assertInvalid("lake.s3.endpoint = \"http:minio\"", "lake.s3.endpoint is http:minio");
    assertInvalid("lake.s3.path_style = maybe", "lake.s3.path_style is maybe");
    assertInvalid("kafka.bootstrap_servers = banana", "kafka.bootstrap_servers is 'banana'");
    assertInvalid("kafka.bootstrap_servers = \"a:1,,b:2\"", "kafka.bootstrap_servers is 'a:1,,b");
    assertInvalid("kafka.bootstrap_servers = \"a:0\"", "kafka.bootstrap_servers is 'a:0'");
    assertInvalid("kafka.warm_up_topic = events", "kafka.warm_up_topic is 'events'");
    assertInvalid("left_out = \"kappa,banana\"", "left_out is banana,kappa");
    assertInvalid("batch.memory = much", "batch.memory is much; it must be a size with a unit");
    assertInvalid("api.token_file = \"a\\u0000b\"", "api.token_file is no path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db/leads?user=sales&password=tiger",
        "jdbc:postgresql://db/leads?PASSWORD=tiger&user=sales",
        "jdbc:postgresql://db/leads?sslpassword=tiger",
        "jdbc:postgresql://sales:tiger@db/leads",
        "postgresql://sales:tiger@db/leads"
      })
  void anAddressWithAPasswordIsRefusedAndNotShown(String url) {
    assertThatThrownBy(() -> load("postgresql.url = \"%s\"".formatted(url)))
        .isInstanceOf(PlatformException.class)
        .hasMessageContainingAll("postgresql.url holds a password", "postgresql.password_file")
        .hasMessageNotContaining("tiger");
  }

  @Test
  void anAddressMayHaveOtherParameters() {
    String url = "jdbc:postgresql://db/leads?user=sales@db&passwordless=true";
    assertThat(load("postgresql.url = \"%s\"".formatted(url)).postgresql().url()).contains(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:1", "[::1]:9092,kafka_1.x:2", "SASL_SSL://a-b:65535, b:1"})
  void serversAreWhatKafkasClientTakes(String servers) {
    assertThat(load("kafka.bootstrap_servers = \"%s\"".formatted(servers)).kafka())
        .extracting(Settings.Kafka::bootstrapServers)
        .isEqualTo(servers);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka {| line 2: expecting a close parentheses| Mend that line",
        "kafka.topic = \"abc| line 1: Expecting a value| in quotation marks",
        "kafka.topic = a: b| line 1: Expecting end of input| in quotation marks",
        "kafka.topic = ${nope}| line 1: Could not resolve| ${?NAME}",
        "kafka.topic = [a]| line 1: kafka.topic has type LIST| KEY = VALUE",
        "kafka.topic = null| line 1: Configuration key 'kafka.topic' is set to null| KEY = VALUE"
      })
  void whatCannotBeReadIsNamedWithItsFileAndLine(String text, String reason, String advice)
      throws IOException {
    Path file = file(text + "\n");
    assertThatThrownBy(() -> Settings.load(Optional.of(file), Map.of(), NO_FLAGS))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.category()).isEqualTo(PlatformException.Category.USER))
        .hasMessageContainingAll(file + ", " + reason, advice)
        .hasMessageNotContaining(".properties");
  }

  @Test
  void aFolderIsNoSettingsFile() {
    assertThatThrownBy(() -> Settings.load(Optional.of(folder), Map.of(), NO_FLAGS))
        .isInstanceOf(PlatformException.class)
        .hasMessageContainingAll(folder.toString(), "--config");
  }

  @Test
  void logsAreAskedLessOftenOnS3() {
    Settings settings =
        Settings.load(
            Optional.empty(), Map.of(), ConfigFactory.parseString("lake.uri = \"s3a://bucket\""));
    assertThat(settings.lake().uri()).isEqualTo(URI.create("s3a://bucket/"));
    assertThat(settings.serving().pollInterval()).isEqualTo(Duration.ofMillis(100));
  }

  @ParameterizedTest
  @CsvSource({
    "PT5M,300000",
    "pt1.5s,1500",
    "P1D,86400000",
    "5m,300000",
    "48h,172800000",
    "'1500 ms',1500"
  })
  void durationsAreIsoOrANumberWithAUnitFromEverySource(String text, long millis)
      throws IOException {
    Duration expected = Duration.ofMillis(millis);
    String setting = "batch.every = \"%s\"".formatted(text);
    Config flags = ConfigFactory.parseString(setting);
    Map<String, String> environment = Map.of("ANABRANCH_BATCH_EVERY", text);
    assertThat(Settings.load(Optional.of(file(setting)), Map.of(), NO_FLAGS).batch().every())
        .contains(expected);
    assertThat(Settings.load(Optional.empty(), environment, NO_FLAGS).batch().every())
        .contains(expected);
    assertThat(Settings.load(Optional.empty(), Map.of(), flags).batch().every()).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "batch.every",
        "speed.trigger_interval",
        "kappa.trigger_interval",
        "kappa.watermark_delay",
        "kappa.idle_after",
        "serving.poll_interval"
      })
  void everyDurationIsIsoAndNeverABareNumber(String key) throws IOException {
    assertThatCode(() -> load(key + " = PT7S")).doesNotThrowAnyException();
    for (String number : List.of("60", "\"60\"", "1.5", "0")) {
      assertThatThrownBy(() -> load(key + " = " + number))
          .isInstanceOfSatisfying(
              PlatformException.class,
              e -> assertThat(e.category()).isEqualTo(PlatformException.Category.USER))
          .hasMessageContainingAll(key, number.replace("\"", ""), "60s", "PT5M");
    }
    assertThatThrownBy(() -> load(key + " = P5M")).hasMessageContainingAll(key, "P5M");
  }

  private static Settings load(String flags) {
    return Settings.load(Optional.empty(), Map.of(), ConfigFactory.parseString(flags));
  }

  private static void assertInvalid(String flags, String named) {
    assertThatThrownBy(
            () -> Settings.load(Optional.empty(), Map.of(), ConfigFactory.parseString(flags)))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(named);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("settings.conf"), text);
  }
}
