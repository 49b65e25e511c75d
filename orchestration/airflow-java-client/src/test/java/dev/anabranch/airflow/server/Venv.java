package dev.anabranch.airflow.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The Airflow that {@code orchestration/airflow/prepare} installed. */
public final class Venv {

  /** Maven runs a module's tests in its folder. */
  public static final Path ORCHESTRATION = Path.of("..").toAbsolutePath().normalize();

  /** A system property that names another one. */
  static final String OVERRIDE = "anabranch.airflow.venv";

  private Venv() {}

  /** Where it is, or would be. */
  public static Path folder() throws IOException {
    String override = System.getProperty(OVERRIDE, "");
    if (!override.isEmpty()) {
      return Path.of(override).toAbsolutePath();
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path root =
        cache == null || cache.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return root.resolve("anabranch").resolve("airflow-" + version());
  }

  /** The version that is pinned, and so installed. */
  public static String version() throws IOException {
    String pin = "apache-airflow==";
    try (var lines = Files.lines(ORCHESTRATION.resolve("airflow/constraints.txt"))) {
      return lines
          .filter(line -> line.startsWith(pin))
          .findFirst()
          .orElseThrow()
          .substring(pin.length());
    }
  }
}
