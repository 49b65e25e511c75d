package dev.anabranch.lakehouse.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  private static final String TABLES =
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1";
  private static final String MIGRATIONS =
      "SELECT version, success FROM flyway_schema_history ORDER BY installed_rank";

  @TempDir private static Path folder;
  private static TestPostgresql server;
  private String database;

  @BeforeAll
  static void start() throws Exception {
    server = TestPostgresql.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void create() throws Exception {
    database = server.create();
  }

  @Test
  void theFirstToOpenItMakesTheTablesAndTheNextKeepsThem() throws Exception {
    Database.open(server.settings(database)).close();
    assertThat(server.rows(database, TABLES))
        .containsExactly("flyway_schema_history", "hot_leads", "hot_leads_epochs", "lead_profiles");
    server.execute(database, "INSERT INTO hot_leads_epochs (epoch, leads) VALUES (7, 1)");
    try (Database again = Database.open(server.settings(database))) {
      assertThat(new HotLeads(again).newestEpoch()).contains(7L);
    }
    assertThat(server.rows(database, MIGRATIONS)).containsExactly("1 t");
  }

  @Test
  void severalMayOpenItAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Database>> opening = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        opening.add(() -> Database.open(server.settings(database)));
      }
      for (Future<Database> opened : threads.invokeAll(opening)) {
        try (Database one = opened.get()) {
          assertThat(new HotLeads(one).newestEpoch()).isEmpty();
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(server.rows(database, MIGRATIONS)).containsExactly("1 t");
  }

  @Test
  void tablesOfAnotherDefinitionAreRefused() throws Exception {
    Database.open(server.settings(database)).close();
    server.execute(
        database, "UPDATE flyway_schema_history SET checksum = checksum + 1 WHERE version = '1'");
    assertRefused(() -> Database.open(server.settings(database)))
        .hasMessageContaining("checksum mismatch");
  }

  @Test
  void thePasswordComesFromAFile() throws Exception {
    server.execute(database, "CREATE ROLE sales LOGIN PASSWORD 'right'");
    server.execute(database, "GRANT ALL ON SCHEMA public TO sales");
    Database.open(as("sales", password("right\n"))).close();
    assertRefused(() -> Database.open(as("sales", password("secret"))))
        .hasMessageContaining("PostgreSQL at " + server.url(database))
        .hasMessageContaining("cannot be used as sales")
        .hasMessageContaining("password authentication failed")
        .hasMessageNotContaining("secret");
    Path missing = folder.resolve("no such file");
    assertThatThrownBy(() -> Database.open(as("sales", missing)))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("postgresql.password_file, " + missing);
  }

  @Test
  void aRoleThatMayNotMakeTablesIsTold() throws Exception {
    server.execute(database, "CREATE ROLE reader LOGIN PASSWORD 'right'");
    assertRefused(() -> Database.open(as("reader", password("right"))))
        .hasMessageContaining("cannot be used as reader")
        .hasMessageContaining("permission denied for schema public")
        .hasMessageContaining("may this role make tables?");
  }

  @Test
  void anAddressWhereNothingAnswersIsNamed() throws Exception {
    String nowhere = "jdbc:postgresql://localhost:%d/leads".formatted(freePort());
    Instant began = Instant.now();
    assertRefused(
            () ->
                Database.open(
                    new Settings.Postgresql(Optional.of(nowhere), "sales", Optional.empty())))
        .hasMessageContaining(nowhere)
        .hasMessageContaining("refused");
    assertThat(Duration.between(began, Instant.now()))
        .as("it is tried for 5 seconds, however slow this machine is, and not again")
        .isLessThan(Duration.ofMinutes(5));
    assertRefused(() -> Database.open(server.settings("nothing")))
        .hasMessageContaining("database \"nothing\" does not exist");
    assertThatThrownBy(
            () ->
                Database.open(new Settings.Postgresql(Optional.empty(), "sales", Optional.empty())))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("postgresql.url is empty");
  }

  @Test
  void connectionsThatTheServerEndedAreOpenedAgain() throws Exception {
    try (Database open = Database.open(server.settings(database))) {
      HotLeads hotLeads = new HotLeads(open);
      assertThat(hotLeads.newestEpoch()).isEmpty();
      server.execute(
          "postgres",
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'"
              .formatted(database));
      await()
          .ignoreExceptionsInstanceOf(PlatformException.class)
          .until(() -> hotLeads.newestEpoch().isEmpty());
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      ThrowingCallable opening) {
    return assertThatThrownBy(opening)
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("cannot be used as");
  }

  private Settings.Postgresql as(String role, Path password) {
    return new Settings.Postgresql(Optional.of(server.url(database)), role, Optional.of(password));
  }

  private static Path password(String text) throws IOException {
    return Files.writeString(folder.resolve("password"), text);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
