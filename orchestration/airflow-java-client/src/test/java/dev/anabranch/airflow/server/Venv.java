package dev.anabranch.airflow.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The Airflow that {@code orchestration/airflow/prepare} installed. */
public final class Venv {

  /** Maven runs a module's tests in its folder. */
  public static final Path ORCHESTRATION = Path.of("..").toAbsolutePath().normalize();

  private static final String OVERRIDE = "anabranch.airflow.venv";

  private Venv() {}

  /** Its folder; without one the test is skipped, and says how to change that. */
  public static Path require() throws IOException {
    Path venv = folder();
    if (!Files.isExecutable(venv.resolve("bin/airflow"))) {
      Assumptions.abort(
          "SKIPPED, no Airflow in %s: run orchestration/airflow/prepare, or give -D%s=FOLDER"
              .formatted(venv, OVERRIDE));
    }
    return venv;
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

  private static Path folder() throws IOException {
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
}
