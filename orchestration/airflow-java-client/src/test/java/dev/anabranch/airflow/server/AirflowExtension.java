package dev.anabranch.airflow.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One Airflow, and one platform for its DAGs, for all test classes; started by the first that needs
 * them, ended after the last.
 */
public final class AirflowExtension implements BeforeAllCallback, ParameterResolver {

  /** What the tests get; JUnit closes it at the end. */
  private record Shared(AirflowServer airflow, FakePlatform platform) implements AutoCloseable {

    static Shared start(Path venv) throws Exception {
      // Stays after the tests, for its logs.
      Path folder = emptied(Path.of("target", "airflow").toAbsolutePath());
      FakePlatform platform = FakePlatform.start();
      Path token = Files.writeString(folder.resolve("token"), FakePlatform.TOKEN + "\n");
      Map<String, String> environment =
          Map.of(
              "ANABRANCH_API_URL", platform.url(),
              "ANABRANCH_API_TOKEN_FILE", token.toString(),
              // Once a month, so that no other tick comes in a test's way.
              "ANABRANCH_BATCH_SCHEDULE", "0 0 1 * *",
              "ANABRANCH_BATCH_TIMEOUT_SECONDS", "20",
              "ANABRANCH_BATCH_RETRY_DELAY_SECONDS", "0");
      try {
        return new Shared(AirflowServer.start(venv, folder, environment), platform);
      } catch (Exception | Error e) {
        platform.close();
        throw e;
      }
    }

    private static Path emptied(Path folder) throws IOException {
      if (Files.exists(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
      return Files.createDirectories(folder);
    }

    @Override
    public void close() {
      airflow.close();
      platform.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    ExtensionContext.Store store = context.getRoot().getStore(Namespace.GLOBAL);
    if (store.get(Shared.class) == null) {
      store.put(Shared.class, Shared.start(Venv.folder()));
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == AirflowServer.class || type == FakePlatform.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Shared shared = context.getRoot().getStore(Namespace.GLOBAL).get(Shared.class, Shared.class);
    return parameter.getParameter().getType() == AirflowServer.class
        ? shared.airflow()
        : shared.platform();
  }
}
