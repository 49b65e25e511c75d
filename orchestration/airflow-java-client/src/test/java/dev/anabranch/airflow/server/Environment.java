package dev.anabranch.airflow.server;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The settings of Airflow's processes. */
final class Environment {

  /** The file with the users' passwords, in the server's folder. */
  static final String PASSWORDS = "passwords.json";

  private Environment() {}

  static Map<String, String> of(Path folder, URI url, Map<String, String> additional) {
    Map<String, String> all = new TreeMap<>(additional);
    all.put("AIRFLOW_HOME", folder.toString());
    all.put("PYTHONDONTWRITEBYTECODE", "1"); // the DAGs are read where they are
    all.put("MALLOC_ARENA_MAX", "2");
    Map.ofEntries(
            Map.entry("CORE__EXECUTOR", "LocalExecutor"),
            Map.entry("CORE__PARALLELISM", "2"),
            Map.entry("CORE__LOAD_EXAMPLES", "False"),
            Map.entry("CORE__EXECUTION_API_SERVER_URL", url + "/execution/"),
            Map.entry("CORE__SIMPLE_AUTH_MANAGER_USERS", users()),
            Map.entry(
                "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", folder.resolve(PASSWORDS).toString()),
            Map.entry("API__WORKERS", "1"),
            Map.entry("API__SECRET_KEY", "k".repeat(64)),
            Map.entry("API_AUTH__JWT_SECRET", "s".repeat(64)),
            // Short, so that every test lives through renewals.
            Map.entry("API_AUTH__JWT_EXPIRATION_TIME", "4"),
            Map.entry("API_AUTH__JWT_LEEWAY", "0"),
            Map.entry("WORKERS__MIN_HEARTBEAT_INTERVAL", "1"),
            Map.entry("DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", bundles()))
        .forEach((name, value) -> all.put("AIRFLOW__" + name, value));
    return all;
  }

  private static String users() {
    return AirflowServer.USER.user() + ":user," + AirflowServer.VIEWER.user() + ":viewer";
  }

  private static String bundles() {
    String ours = bundle("anabranch", Venv.ORCHESTRATION.resolve("dags"));
    Path tests = Path.of("src/test/resources/dags").toAbsolutePath();
    return "[" + ours + (Files.exists(tests) ? "," + bundle("tests", tests) : "") + "]";
  }

  private static String bundle(String name, Path folder) {
    return """
        {"name": "%s", "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
         "kwargs": {"path": "%s", "refresh_interval": 10}}"""
        .formatted(name, folder);
  }
}
