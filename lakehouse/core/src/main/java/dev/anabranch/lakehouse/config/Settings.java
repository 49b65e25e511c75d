package dev.anabranch.lakehouse.config;

import com.typesafe.config.Config;
import dev.anabranch.lakehouse.error.PlatformException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** All settings, typed; {@link SettingsLoader} alone knows keys, files and the environment. */
public record Settings(
    Lake lake,
    Kafka kafka,
    Spark spark,
    Speed speed,
    Kappa kappa,
    Batch batch,
    Maintenance maintenance,
    Training training,
    Scoring scoring,
    Anomalies anomalies,
    Serving serving,
    Api api,
    Airflow airflow,
    Postgresql postgresql,
    Mlflow mlflow,
    Optional<Path> ledgerFile,
    Set<String> leftOut) {
  private static final List<String> PARTS =
      List.of("kafka", "speed", "kappa", "batch", "serving", "postgresql", "scoring");

  public Settings {
    leftOut = Set.copyOf(leftOut);
    require(
        PARTS.containsAll(leftOut),
        "left_out",
        String.join(",", new TreeSet<>(leftOut)),
        "some of " + String.join(",", PARTS));
  }

  /** Defaults, over them the file, over it the environment, over these the flags. */
  public static Settings load(Optional<Path> file, Map<String, String> environment, Config flags) {
    return SettingsLoader.load(file, environment, flags);
  }

  /**
   * Every key with its value, from the same sources and with the same checks as {@link #load}: what
   * a launcher writes down for its parts.
   */
  public static Config resolve(Optional<Path> file, Map<String, String> environment, Config flags) {
    return SettingsLoader.resolve(file, environment, flags);
  }

  /** The same over another lake and another topic, in epochs of at most so many records. */
  public Settings over(URI otherLake, String otherTopic, long maxRecordsPerEpoch) {
    return new Settings(
        new Lake(otherLake, lake.s3),
        new Kafka(kafka.bootstrapServers, otherTopic, kafka.partitions, Optional.empty()),
        spark,
        new Speed(speed.triggerInterval, maxRecordsPerEpoch),
        new Kappa(
            kappa.triggerInterval,
            maxRecordsPerEpoch,
            kappa.watermarkDelay,
            kappa.idleAfter,
            kappa.compactEvery),
        batch,
        maintenance,
        training,
        new Scoring(
            scoring.triggerInterval,
            maxRecordsPerEpoch,
            scoring.hotFrom,
            scoring.hotTopic,
            scoring.profilesEvery,
            scoring.rescoreEvery),
        anomalies,
        serving,
        api,
        airflow,
        postgresql,
        mlflow,
        ledgerFile,
        leftOut);
  }

  /** Where the tables are: in a local folder, or in a bucket ({@code s3a://BUCKET/...}). */
  public record Lake(URI uri, S3 s3) {
    public Lake {
      require(
          ("file".equals(uri.getScheme())
                  && uri.getRawAuthority() == null
                  && uri.getRawPath() != null
                  && uri.getRawQuery() == null
                  && uri.getRawFragment() == null)
              || isOnS3(uri),
          "lake.uri",
          uri,
          "a local folder or s3a://BUCKET/FOLDER");
    }

    public boolean isOnS3() {
      return isOnS3(uri);
    }

    public static boolean isOnS3(URI lake) {
      return "s3a".equals(lake.getScheme()) && lake.getHost() != null;
    }
  }

  /**
   * How a lake in a bucket is reached; credentials come from these files, each with one of them, or
   * from the environment.
   *
   * @param endpoint empty: AWS's
   * @param pathStyle the bucket in the path, not in the host's name
   */
  public record S3(
      Optional<URI> endpoint,
      String region,
      boolean pathStyle,
      Optional<Path> accessKeyFile,
      Optional<Path> secretKeyFile) {
    public S3 {
      require(
          endpoint.map(Settings::isHttp).orElse(true),
          "lake.s3.endpoint",
          endpoint.map(URI::toString).orElse(""),
          "http://HOST:PORT or https://HOST");
      require(!region.isBlank(), "lake.s3.region", region, "a region's name");
      require(
          accessKeyFile.isPresent() == secretKeyFile.isPresent(),
          "lake.s3.secret_key_file",
          secretKeyFile.map(Path::toString).orElse("empty"),
          "named where access_key_file is, and only there");
    }
  }

  /** The log of events. */
  public record Kafka(
      String bootstrapServers, String topic, int partitions, Optional<String> warmUpTopic) {
    public Kafka {
      require(
          SERVERS.matcher(bootstrapServers).matches(),
          "kafka.bootstrap_servers",
          "'" + bootstrapServers + "'",
          "HOST:PORT, or several with commas between them");
      requireTopic("kafka.topic", topic);
      warmUpTopic.ifPresent(name -> requireTopic("kafka.warm_up_topic", name));
      require(
          !warmUpTopic.equals(Optional.of(topic)),
          "kafka.warm_up_topic",
          "'" + topic + "'",
          "another one than kafka.topic, or empty");
      require(partitions >= 1, "kafka.partitions", partitions, "1 or more");
    }

    /** Kafka's own rule. */
    private static void requireTopic(String key, String name) {
      require(
          TOPIC.matcher(name).matches() && !name.equals(".") && !name.equals(".."),
          key,
          "'" + name + "'",
          "1 to 249 of A-Z a-z 0-9 . _ -, not . or ..");
    }

    /** An address as Kafka's own client reads it. */
    private static final String SERVER =
        "\\s*([A-Za-z_]+://)?(\\[[0-9A-Fa-f:.%]+]|[0-9A-Za-z._-]+):[1-9][0-9]{0,4}\\s*";

    private static final Pattern SERVERS = Pattern.compile(SERVER + "(," + SERVER + ")*");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  }

  /** Where Spark programs run. */
  public record Spark(String master) {
    /** Those that Spark 3.5 knows. */
    private static final Pattern MASTER =
        Pattern.compile(
            "local|local\\[([1-9][0-9]*|\\*)(,[1-9][0-9]*)?]|yarn|spark://[^/ ]+:[0-9]+(,[^/ ]+:[0-9]+)*|k8s://.+|local-cluster\\[.+]");

    public Spark {
      require(
          MASTER.matcher(master).matches(),
          "spark.master",
          "'" + master + "'",
          "local[N], spark://HOST:PORT, yarn or k8s://URL");
    }
  }

  /** The speed layer. */
  public record Speed(Duration triggerInterval, long maxRecordsPerEpoch) {
    public Speed {
      require(
          !triggerInterval.isNegative(), "speed.trigger_interval", triggerInterval, "0 or more");
      require(
          maxRecordsPerEpoch >= 1, "speed.max_records_per_epoch", maxRecordsPerEpoch, "1 or more");
    }
  }

  /** The Kappa stream. */
  public record Kappa(
      Duration triggerInterval,
      long maxRecordsPerEpoch,
      Duration watermarkDelay,
      Duration idleAfter,
      int compactEvery) {
    public Kappa {
      require(
          !triggerInterval.isNegative(), "kappa.trigger_interval", triggerInterval, "0 or more");
      require(
          maxRecordsPerEpoch >= 1, "kappa.max_records_per_epoch", maxRecordsPerEpoch, "1 or more");
      require(!watermarkDelay.isNegative(), "kappa.watermark_delay", watermarkDelay, "0 or more");
      require(!idleAfter.isNegative(), "kappa.idle_after", idleAfter, "0 or more");
      require(compactEvery >= 2, "kappa.compact_every", compactEvery, "2 or more");
    }
  }

  /**
   * The batch layer; without a period, runs start on request only.
   *
   * @param heapMebibytes what the launcher gives the service
   */
  public record Batch(Optional<Duration> every, long heapMebibytes) {
    /** Spark starts with no less. */
    private static final long LEAST_HEAP_MEBIBYTES = 512;

    public Batch {
      require(
          heapMebibytes >= LEAST_HEAP_MEBIBYTES,
          "batch.memory",
          heapMebibytes + " MiB",
          LEAST_HEAP_MEBIBYTES + "MiB or more, such as 2GiB");
      require(
          every.isEmpty() || every.get().compareTo(Duration.ofSeconds(1)) >= 0,
          "batch.every",
          every.map(Duration::toString).orElse("never"),
          "1s or more, or never");
    }
  }

  /**
   * The lake's maintenance, by the batch service.
   *
   * @param every empty: on request only
   * @param keepEpochs how long after a run is published the epochs below its boundary stay
   */
  public record Maintenance(Optional<Duration> every, Duration keepEpochs) {
    public Maintenance {
      require(
          every.isEmpty() || every.get().compareTo(Duration.ofSeconds(1)) >= 0,
          "maintenance.every",
          every.map(Duration::toString).orElse("never"),
          "1s or more, or never");
      require(!keepEpochs.isNegative(), "maintenance.keep_epochs", keepEpochs, "0 or more");
    }
  }

  /**
   * The training of models, by the batch service.
   *
   * @param horizon how far ahead a purchase is predicted
   * @param leastAuc below it a model is not promoted; see {@code PromotionRule}
   * @param leastLift the same
   */
  public record Training(Duration horizon, double leastAuc, double leastLift) {
    public Training {
      require(
          horizon.compareTo(Duration.ofMinutes(1)) >= 0, "training.horizon", horizon, "1m or more");
      require(
          leastAuc >= 0 && leastAuc <= 1, "training.least_auc", leastAuc, "a number from 0 to 1");
      require(leastLift >= 0, "training.least_lift", leastLift, "0 or more");
    }
  }

  /**
   * The scoring of leads.
   *
   * @param hotFrom the probability from which on a lead is handed over to sales
   * @param hotTopic the topic that hot leads go to
   * @param profilesEvery how often the profiles of leads are read anew
   * @param rescoreEvery how often, at most, the batch layer scores every lead because there is
   *     another batch run; empty: because of another champion only
   */
  public record Scoring(
      Duration triggerInterval,
      long maxRecordsPerEpoch,
      double hotFrom,
      String hotTopic,
      Duration profilesEvery,
      Optional<Duration> rescoreEvery) {
    public Scoring {
      require(
          !triggerInterval.isNegative(), "scoring.trigger_interval", triggerInterval, "0 or more");
      require(
          maxRecordsPerEpoch >= 1,
          "scoring.max_records_per_epoch",
          maxRecordsPerEpoch,
          "1 or more");
      require(hotFrom > 0 && hotFrom <= 1, "scoring.hot_from", hotFrom, "above 0, up to 1");
      require(
          hotTopic.matches("[A-Za-z0-9._-]{1,249}"),
          "scoring.hot_topic",
          "'" + hotTopic + "'",
          "a topic's name");
      require(
          profilesEvery.compareTo(Duration.ofMillis(100)) >= 0,
          "scoring.profiles_every",
          profilesEvery,
          "100ms or more");
      require(
          rescoreEvery.isEmpty() || rescoreEvery.get().compareTo(Duration.ofSeconds(1)) >= 0,
          "scoring.rescore_every",
          rescoreEvery.map(Duration::toString).orElse("never"),
          "1s or more, or never");
    }
  }

  /**
   * What is marked as unusual.
   *
   * @param learnEvery how often baselines are learnt anew at most; empty: never
   * @param history how far back they are learnt from
   * @param lateness how far events must be past a minute's end before it is judged
   * @param deviations how many robust standard deviations from the median are usual
   * @param leadQuantile the share of the minutes of leads that are usual whatever they hold
   * @param leadFactor how many times that quantile is usual too
   */
  public record Anomalies(
      Optional<Duration> learnEvery,
      Duration history,
      Duration lateness,
      double deviations,
      double leadQuantile,
      double leadFactor) {
    public Anomalies {
      require(
          learnEvery.isEmpty() || !learnEvery.get().isNegative(),
          "anomalies.learn_every",
          learnEvery.map(Duration::toString).orElse("never"),
          "0 or more, or never");
      require(
          history.compareTo(Duration.ofHours(1)) >= 0
              && history.compareTo(Duration.ofDays(90)) <= 0,
          "anomalies.history",
          history,
          "1h to 90d");
      require(
          !lateness.isNegative() && lateness.toDays() <= 1,
          "anomalies.lateness",
          lateness,
          "0 to 1d");
      require(deviations >= 2 && deviations <= 8, "anomalies.deviations", deviations, "2 to 8");
      require(
          leadQuantile >= 0.5 && leadQuantile < 1,
          "anomalies.lead_quantile",
          leadQuantile,
          "0.5 or more, below 1");
      require(
          leadFactor >= 1 && leadFactor <= 1_000_000,
          "anomalies.lead_factor",
          leadFactor,
          "1 to 1000000");
    }
  }

  /**
   * Where the profiles of leads are, and hot leads go.
   *
   * @param url JDBC's, without a password; empty: there is no such database
   * @param passwordFile empty: none is needed
   */
  public record Postgresql(Optional<String> url, String user, Optional<Path> passwordFile) {
    private static final Pattern WITH_PASSWORD =
        Pattern.compile("//[^?]*@|[?&](ssl)?password=", Pattern.CASE_INSENSITIVE);

    public Postgresql {
      if (url.filter(it -> WITH_PASSWORD.matcher(it).find()).isPresent()) {
        throw PlatformException.user(
            "Setting postgresql.url holds a password, and the address is shown in messages and"
                + " status documents; put the password into a file, name that in"
                + " postgresql.password_file, and the role in postgresql.user.");
      }
      require(
          url.map(it -> it.startsWith("jdbc:postgresql:")).orElse(true),
          "postgresql.url",
          url.orElse(""),
          "jdbc:postgresql://HOST:PORT/DATABASE");
      require(!user.isBlank(), "postgresql.user", "empty", "a role of the database");
    }
  }

  /**
   * The MLflow that gets a copy of what the registry of models knows.
   *
   * @param url of its server; empty: there is none
   */
  public record Mlflow(Optional<URI> url) {
    public Mlflow {
      require(
          url.map(Settings::isHttp).orElse(true),
          "mlflow.url",
          url.map(URI::toString).orElse(""),
          "http://HOST:PORT or https://HOST");
    }
  }

  /** The API; port 0 takes a free one. */
  public record Serving(String host, int port, Duration pollInterval) {
    public Serving {
      require(!host.isBlank(), "serving.host", "empty", "an address of this machine");
      require(port >= 0 && port <= 65535, "serving.port", port, "0 to 65535");
      require(!pollInterval.isNegative(), "serving.poll_interval", pollInterval, "0 or more");
    }
  }

  /** Access to changing calls. */
  public record Api(Optional<Path> tokenFile) {}

  /**
   * The Airflow that batch runs are asked of.
   *
   * @param url of its API server; empty: there is none
   * @param passwordFile there where the URL is
   * @param dag the one that begins batch runs
   */
  public record Airflow(Optional<URI> url, String user, Optional<Path> passwordFile, String dag) {
    public Airflow {
      require(
          url.map(Settings::isHttp).orElse(true),
          "airflow.url",
          url.map(URI::toString).orElse(""),
          "http://HOST:PORT or https://HOST");
      require(
          url.isEmpty() || passwordFile.isPresent(),
          "airflow.password_file",
          "empty",
          "a file with the password of airflow.user");
      require(!user.isBlank(), "airflow.user", "empty", "a user of Airflow");
      require(!dag.isBlank(), "airflow.dag", "empty", "the id of a DAG");
    }
  }

  private static boolean isHttp(URI address) {
    return String.valueOf(address.getScheme()).matches("https?") && address.getHost() != null;
  }

  private static void require(boolean holds, String key, Object value, String wanted) {
    if (!holds) {
      throw SettingsLoader.invalid(key, value, wanted);
    }
  }
}
