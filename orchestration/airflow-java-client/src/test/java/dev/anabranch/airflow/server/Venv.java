package dev.anabranch.airflow.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The Airflow that {@code orchestration/airflow/prepare} installed. */
public final class Venv {

  /**
   * Maven runs a module's tests in its folder; this one lies in orchestration, others beside it.
   */
  public static final Path ORCHESTRATION =
      Path.of(Files.exists(Path.of("../airflow")) ? ".." : "../orchestration")
          .toAbsolutePath()
          .normalize();

  /** A system property that names another one. */
  static final String OVERRIDE = "anabranch.airflow.venv";

  private Venv() {}

  /** Where it is, or would be. */
  public static Path folder() throws IOException {
    String override = System.getProperty(OVERRIDE, "");
    if (!override.isEmpty()) {
      return Path.of(override).toAbsolutePath();
    }
    // The environment's HOME as the script sees it; user.home is that of the user's entry.
    Map<String, String> environment = System.getenv();
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path root = cache.isEmpty() ? Path.of(environment.get("HOME"), ".cache") : Path.of(cache);
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
