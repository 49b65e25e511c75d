package dev.anabranch.postgres;

import dev.anabranch.lakehouse.process.PartLifecycle;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the server: {@code PostgresMain SETTINGS_FILE}. It prints {@code READY {…}} on standard
 * output when connections are served, and stops the server in order on the end of its standard
 * input or on SIGTERM. Whoever reaches the loopback address connects as {@code postgres} without a
 * password.
 */
public final class PostgresMain {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresMain.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private PostgresMain() {}

  /** See the class. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 1) {
      System.err.println("Usage: PostgresMain SETTINGS_FILE");
      System.exit(2);
    }
    PartLifecycle lifecycle = PartLifecycle.start();
    PostgresSettings settings = PostgresSettings.read(Path.of(args[0]));
    RunningServer.end(settings.folder());
    DataFolder folder = new DataFolder(settings.folder());
    folder.setAsideUnlessComplete();
    try (EmbeddedPostgres server = start(settings)) {
      folder.complete();
      LOG.info("PostgreSQL serves {}", server.getJdbcUrl("postgres", "postgres"));
      lifecycle.ready("{\"url\":\"%s\"}".formatted(settings.url()));
      while (!lifecycle.awaitStop(Duration.ofSeconds(1))) {
        requireAlive(settings);
      }
    }
    lifecycle.exit(0);
  }

  private static EmbeddedPostgres start(PostgresSettings settings) throws IOException {
    Files.createDirectories(settings.folder());
    Files.createDirectories(settings.programs());
    return EmbeddedPostgres.builder()
        .setDataDirectory(settings.folder())
        .setCleanDataDirectory(false)
        .setOverrideWorkingDirectory(settings.programs().toFile())
        .setPort(settings.port())
        .setPGStartupWait(START_LIMIT)
        .setLocaleConfig("locale", "C")
        .setLocaleConfig("encoding", "UTF8")
        // The library is made for tests and turns all of this off.
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("max_connections", "50")
        .setServerConfig("listen_addresses", "127.0.0.1")
        .setErrorRedirector(ProcessBuilder.Redirect.INHERIT)
        // Standard output is for READY.
        .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** A server that is gone ends this process, and the launcher starts both again. */
  private static void requireAlive(PostgresSettings settings) throws IOException {
    if (!RunningServer.isOn(settings.folder())) {
      throw new IllegalStateException("The server on " + settings.folder() + " has ended");
    }
  }
}
