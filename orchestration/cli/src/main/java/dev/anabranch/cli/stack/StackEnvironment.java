package dev.anabranch.cli.stack;

import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The file {@code infra/.env}, which docker compose reads too: secrets, and ports where the user
 * wants other ones. As there, the process's environment goes over the file.
 *
 * @param file which need not exist
 */
record StackEnvironment(Path file, Map<String, String> environment) {

  /** What a secret is for, as a comment in the file, by its name. */
  private static final Map<String, String> SECRETS = new LinkedHashMap<>();

  /** Airflow wants 32 bytes in URL-safe Base64 for this one; the others are hexadecimal. */
  private static final String FERNET_KEY = "AIRFLOW_FERNET_KEY";

  private static final int BYTES = 32;

  static {
    SECRETS.put("API_TOKEN", "the platform's API: changing calls");
    SECRETS.put("MINIO_ROOT_PASSWORD", "MinIO's page and root user, whose name is root");
    SECRETS.put("S3_SECRET_SPEED", "MinIO: the speed layer");
    SECRETS.put("S3_SECRET_KAPPA", "MinIO: Kappa");
    SECRETS.put("S3_SECRET_BATCH", "MinIO: the batch service");
    SECRETS.put("S3_SECRET_SCORING", "MinIO: the scoring of leads");
    SECRETS.put("S3_SECRET_SERVING", "MinIO: serving");
    SECRETS.put("S3_SECRET_MLFLOW", "MinIO: MLflow");
    SECRETS.put("POSTGRES_PASSWORD", "PostgreSQL: postgres");
    SECRETS.put("POSTGRES_AIRFLOW_PASSWORD", "PostgreSQL: airflow");
    SECRETS.put("POSTGRES_MLFLOW_PASSWORD", "PostgreSQL: mlflow");
    SECRETS.put("POSTGRES_ANABRANCH_PASSWORD", "PostgreSQL: anabranch, profiles and hot leads");
    SECRETS.put("AIRFLOW_ADMIN_PASSWORD", "Airflow's page: admin");
    SECRETS.put("AIRFLOW_ANABRANCH_PASSWORD", "Airflow's API: anabranch, for programs");
    SECRETS.put("AIRFLOW_SECRET_KEY", "Airflow: signs sessions");
    SECRETS.put("AIRFLOW_JWT_SECRET", "Airflow: signs tokens");
    SECRETS.put("GRAFANA_ADMIN_PASSWORD", "Grafana's page: admin");
    SECRETS.put(FERNET_KEY, "Airflow: encrypts connections in its database");
  }

  /** A value, empty where neither the environment nor the file has it. */
  Optional<String> value(String name) {
    return Optional.ofNullable(environment.get(name))
        .or(() -> Optional.ofNullable(read().getProperty(name)))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  /**
   * Adds random secrets where some are missing; a file that is made is for its owner's eyes only.
   *
   * @return whether something was added
   */
  boolean complete() {
    StringBuilder added = new StringBuilder();
    SECRETS.forEach(
        (name, meaning) -> {
          if (value(name).isEmpty()) {
            added.append("# %s%n%s=%s%n".formatted(meaning, name, random(name)));
          }
        });
    if (added.isEmpty()) {
      return false;
    }
    try {
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      // The last line of a file of the user's own may have no end.
      String before = Files.readString(file);
      String line = before.isEmpty() || before.endsWith("\n") ? "" : "\n";
      Files.writeString(file, line + added, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw CommandFailure.failed("Cannot write secrets into %s: %s".formatted(file, e), e);
    }
    return true;
  }

  private Properties read() {
    Properties values = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        values.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw CommandFailure.failed("Cannot read %s: %s".formatted(file, e.getMessage()), e);
      }
    }
    return values;
  }

  private static String random(String name) {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return name.equals(FERNET_KEY)
        ? Base64.getUrlEncoder().encodeToString(bytes)
        : HexFormat.of().formatHex(bytes);
  }
}
