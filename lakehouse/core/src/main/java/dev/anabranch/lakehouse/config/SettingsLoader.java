package dev.anabranch.lakehouse.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import dev.anabranch.lakehouse.error.PlatformException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads settings; the only place that knows their keys. */
final class SettingsLoader {
  private static final String PREFIX = "ANABRANCH_";

  /** What Airflow's tasks read, in whose environment the command line may run too. */
  private static final Set<String> OF_AIRFLOW_TASKS =
      Set.of(
          "ANABRANCH_API_URL",
          "ANABRANCH_API_TOKEN",
          "ANABRANCH_BATCH_SCHEDULE",
          "ANABRANCH_BATCH_RETRY_DELAY_SECONDS",
          "ANABRANCH_BATCH_TIMEOUT_SECONDS",
          "ANABRANCH_MAINTENANCE_SCHEDULE",
          "ANABRANCH_TRAINING_SCHEDULE");

  private SettingsLoader() {}

  static Settings load(Optional<Path> file, Map<String, String> environment, Config flags) {
    return checked(resolve(file, environment, flags));
  }

  static Config resolve(Optional<Path> file, Map<String, String> environment, Config flags) {
    Config defaults =
        ConfigFactory.parseResources(
            SettingsLoader.class,
            "defaults.conf",
            ConfigParseOptions.defaults().setAllowMissing(false));
    try {
      Config own = file.map(SettingsLoader::parse).orElseGet(ConfigFactory::empty);
      refuseUnknown(defaults, own, file.map(Path::toString).orElse("settings"));
      refuseUnknown(defaults, flags, "flags");
      Config all =
          flags
              .withFallback(environment(defaults, environment))
              .withFallback(own)
              .withFallback(defaults)
              .resolve();
      checked(all);
      return all;
    } catch (ConfigException e) {
      throw unreadable(e);
    }
  }

  private static PlatformException unreadable(ConfigException e) {
    return PlatformException.user("Settings cannot be read: %s".formatted(HoconFault.of(e)));
  }

  private static Settings checked(Config all) {
    try {
      return typed(all);
    } catch (ConfigException e) {
      throw unreadable(e);
    }
  }

  private static Config parse(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw PlatformException.user(
          "No settings file at %s, or it cannot be read; name one that exists with --config."
              .formatted(file));
    }
    return ConfigFactory.parseFile(file.toFile()).resolve();
  }

  private static Config environment(Config defaults, Map<String, String> environment) {
    Map<String, String> keys =
        defaults.entrySet().stream()
            .collect(
                Collectors.toMap(
                    entry -> PREFIX + entry.getKey().toUpperCase(Locale.ROOT).replace('.', '_'),
                    Map.Entry::getKey));
    Map<String, Object> values = new HashMap<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (!name.startsWith(PREFIX) || OF_AIRFLOW_TASKS.contains(name)) {
                return;
              }
              if (!keys.containsKey(name)) {
                throw PlatformException.user(
                    "Unknown setting %s in the environment; known ones are %s."
                        .formatted(name, new TreeMap<>(keys).keySet()));
              }
              values.put(keys.get(name), value);
            });
    return ConfigFactory.parseMap(values, "environment");
  }

  private static void refuseUnknown(Config defaults, Config given, String where) {
    given
        .entrySet()
        .forEach(
            entry -> {
              if (!defaults.hasPath(entry.getKey())) {
                throw PlatformException.user(
                    "Unknown setting %s in %s; known ones are %s."
                        .formatted(
                            String.join(".", ConfigUtil.splitPath(entry.getKey())),
                            where,
                            defaults.entrySet().stream()
                                .map(Map.Entry::getKey)
                                .sorted()
                                .collect(Collectors.joining(", "))));
              }
            });
  }

  private static Settings typed(Config c) {
    return new Settings(
        new Settings.Lake(uri(c.getString("lake.uri")), s3(c)),
        new Settings.Kafka(
            c.getString("kafka.bootstrap_servers"),
            c.getString("kafka.topic"),
            whole(c, "kafka.partitions"),
            Optional.of(c.getString("kafka.warm_up_topic")).filter(topic -> !topic.isBlank())),
        new Settings.Spark(c.getString("spark.master")),
        new Settings.Speed(
            duration(c, "speed.trigger_interval"), wholeLong(c, "speed.max_records_per_epoch")),
        new Settings.Kappa(
            duration(c, "kappa.trigger_interval"),
            wholeLong(c, "kappa.max_records_per_epoch"),
            duration(c, "kappa.watermark_delay"),
            duration(c, "kappa.idle_after"),
            whole(c, "kappa.compact_every")),
        new Settings.Batch(every(c, "batch.every"), mebibytes(c, "batch.memory")),
        new Settings.Maintenance(
            every(c, "maintenance.every"), duration(c, "maintenance.keep_epochs")),
        new Settings.Training(
            duration(c, "training.horizon"),
            number(c, "training.least_auc"),
            number(c, "training.least_lift")),
        new Settings.Scoring(
            duration(c, "scoring.trigger_interval"),
            wholeLong(c, "scoring.max_records_per_epoch"),
            number(c, "scoring.hot_from"),
            c.getString("scoring.hot_topic"),
            duration(c, "scoring.profiles_every"),
            every(c, "scoring.rescore_every")),
        new Settings.Anomalies(
            every(c, "anomalies.learn_every"),
            duration(c, "anomalies.history"),
            duration(c, "anomalies.lateness"),
            number(c, "anomalies.deviations"),
            number(c, "anomalies.lead_quantile"),
            number(c, "anomalies.lead_factor")),
        new Settings.Serving(
            c.getString("serving.host"), whole(c, "serving.port"), pollInterval(c)),
        new Settings.Api(path(c, "api.token_file")),
        airflow(c),
        new Settings.Postgresql(
            Optional.of(c.getString("postgresql.url")).filter(url -> !url.isBlank()),
            c.getString("postgresql.user"),
            path(c, "postgresql.password_file")),
        mlflow(c),
        path(c, "ledger_file"),
        Stream.of(c.getString("left_out").split(",", -1))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.toSet()));
  }

  private static int whole(Config c, String key) {
    long value = wholeLong(c, key);
    if (value != (int) value) {
      throw invalid(key, value, "a whole number up to " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /** The library cuts off what is behind the point. */
  private static long wholeLong(Config c, String key) {
    String value = c.getString(key);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw invalid(key, value, "a whole number");
    }
  }

  private static double number(Config c, String key) {
    String value = c.getString(key);
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw invalid(key, value, "a number");
    }
  }

  private static Optional<Duration> every(Config c, String key) {
    return c.getString(key).equals("never")
        ? Optional.empty()
        : Optional.of(duration(c, key, DurationText.EXAMPLES + ", or never"));
  }

  private static Duration duration(Config c, String key) {
    return duration(c, key, DurationText.EXAMPLES);
  }

  private static Duration duration(Config c, String key, String wanted) {
    String value = c.getString(key);
    try {
      return DurationText.parse(value);
    } catch (IllegalArgumentException e) {
      throw invalid(key, value, wanted);
    }
  }

  private static Settings.S3 s3(Config c) {
    String endpoint = c.getString("lake.s3.endpoint");
    try {
      return new Settings.S3(
          endpoint.isBlank() ? Optional.empty() : Optional.of(URI.create(endpoint)),
          c.getString("lake.s3.region"),
          flag(c, "lake.s3.path_style"),
          path(c, "lake.s3.access_key_file"),
          path(c, "lake.s3.secret_key_file"));
    } catch (IllegalArgumentException e) {
      throw invalid("lake.s3.endpoint", endpoint, "http://HOST:PORT or https://HOST");
    }
  }

  private static Settings.Airflow airflow(Config c) {
    String url = c.getString("airflow.url");
    try {
      return new Settings.Airflow(
          url.isBlank() ? Optional.empty() : Optional.of(URI.create(url)),
          c.getString("airflow.user"),
          path(c, "airflow.password_file"),
          c.getString("airflow.dag"));
    } catch (IllegalArgumentException e) {
      throw invalid("airflow.url", url, "http://HOST:PORT or https://HOST");
    }
  }

  private static Settings.Mlflow mlflow(Config c) {
    String url = c.getString("mlflow.url");
    try {
      return new Settings.Mlflow(
          url.isBlank() ? Optional.empty() : Optional.of(URI.create(url.strip())));
    } catch (IllegalArgumentException e) {
      throw invalid("mlflow.url", url, "http://HOST:PORT or https://HOST");
    }
  }

  /** A look costs next to nothing on a disk, and a request for each table on S3. */
  private static Duration pollInterval(Config c) {
    if (!c.getString("serving.poll_interval").equals("auto")) {
      return duration(c, "serving.poll_interval", DurationText.EXAMPLES + ", or auto");
    }
    return Duration.ofMillis(Settings.Lake.isOnS3(uri(c.getString("lake.uri"))) ? 100 : 25);
  }

  private static Optional<Path> path(Config c, String key) {
    String value = c.getString(key);
    try {
      return value.isBlank() ? Optional.empty() : Optional.of(Path.of(value));
    } catch (InvalidPathException e) {
      throw invalid(key, "no path (" + e.getMessage() + ")", "a file's");
    }
  }

  private static boolean flag(Config c, String key) {
    String value = c.getString(key);
    if (!value.equals("true") && !value.equals("false")) {
      throw invalid(key, value, "true or false");
    }
    return value.equals("true");
  }

  private static long mebibytes(Config c, String key) {
    try {
      return c.getBytes(key) >> 20;
    } catch (ConfigException.BadValue e) {
      throw invalid(key, c.getString(key), "a size with a unit, such as 512MiB or 2GiB");
    }
  }

  private static URI uri(String value) {
    if (value.isBlank()) {
      throw invalid("lake.uri", "empty", "a local folder or s3a://BUCKET/FOLDER");
    }
    try {
      URI uri = URI.create(value);
      if (uri.getScheme() == null) {
        return Path.of(value).toAbsolutePath().toUri();
      }
      // Hadoop glues a name to a bucket that has no path.
      return uri.getRawPath() != null && uri.getRawPath().isEmpty() ? URI.create(value + "/") : uri;
    } catch (IllegalArgumentException e) {
      throw invalid("lake.uri", value, "a folder or a URI");
    }
  }

  static PlatformException invalid(String key, Object value, String wanted) {
    return PlatformException.user("Setting %s is %s; it must be %s.".formatted(key, value, wanted));
  }
}
