package dev.anabranch.lakehouse.postgresql;

import static org.awaitility.Awaitility.await;

import dev.anabranch.lakehouse.config.Settings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A server of its own, with any number of databases; all but the superuser need a password. */
final class TestPostgresql implements AutoCloseable {
  private static final String SUPERUSER = "postgres";

  private final EmbeddedPostgres server;
  private int databases;

  private TestPostgresql(EmbeddedPostgres server) {
    this.server = server;
  }

  static TestPostgresql start(Path folder) throws IOException, SQLException {
    Path data = folder.resolve("data");
    TestPostgresql started =
        new TestPostgresql(
            EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setPGStartupWait(Duration.ofSeconds(60))
                .start());
    Files.writeString(
        data.resolve("pg_hba.conf"),
        """
        host all %s all trust
        host all all all scram-sha-256
        """
            .formatted(SUPERUSER));
    String loaded = "SELECT pg_conf_load_time()";
    List<String> before = started.rows(SUPERUSER, loaded);
    started.execute(SUPERUSER, "SELECT pg_reload_conf()");
    await().until(() -> !started.rows(SUPERUSER, loaded).equals(before));
    return started;
  }

  /** Makes an empty database. */
  String create() throws SQLException {
    String name = "leads_" + databases++;
    execute(SUPERUSER, "CREATE DATABASE " + name);
    return name;
  }

  String url(String database) {
    return "jdbc:postgresql://localhost:%d/%s".formatted(server.getPort(), database);
  }

  /** How the superuser reaches a database. */
  Settings.Postgresql settings(String database) {
    return new Settings.Postgresql(Optional.of(url(database)), SUPERUSER, Optional.empty());
  }

  /** Runs a statement beside the program under test. */
  void execute(String database, String sql) throws SQLException {
    try (Connection connection = server.getDatabase(SUPERUSER, database).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows of a query, each as its columns' texts with spaces between. */
  List<String> rows(String database, String sql) throws SQLException {
    try (Connection connection = server.getDatabase(SUPERUSER, database).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
          values.add(row.getString(column));
        }
        rows.add(String.join(" ", values));
      }
      return rows;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
