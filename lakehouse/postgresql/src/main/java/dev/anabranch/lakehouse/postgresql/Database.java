package dev.anabranch.lakehouse.postgresql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The database with its tables as this program needs them: who opens it first makes them, and
 * several may do that at once. It opens connections again by itself when the server was away.
 */
public final class Database implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 2;

  private final HikariDataSource pool;

  private Database(HikariDataSource pool) {
    this.pool = pool;
  }

  /** Work in one transaction. */
  @FunctionalInterface
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /**
   * Connects and brings the tables to this program's version.
   *
   * @throws PlatformException the server is away or refuses
   */
  public static Database open(Settings.Postgresql settings) {
    String url =
        settings
            .url()
            .orElseThrow(
                () ->
                    PlatformException.user(
                        "Setting postgresql.url is empty; name a database, as jdbc:postgresql://HOST:PORT/DATABASE."));
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(settings.user());
    settings.passwordFile().ifPresent(file -> config.setPassword(password(file)));
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(0);
    config.setAutoCommit(false);
    config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
    config.setInitializationFailTimeout(-1);
    config.setPoolName("anabranch");
    // A statement that the server does not answer ends with the connection.
    config.addDataSourceProperty("socketTimeout", "30");
    config.addDataSourceProperty("connectTimeout", CONNECT_TIMEOUT.toSeconds());
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    HikariDataSource pool = new HikariDataSource(config);
    try {
      Flyway.configure(Database.class.getClassLoader()).dataSource(pool).load().migrate();
      return new Database(pool);
    } catch (FlywayException e) {
      pool.close();
      throw PlatformException.external(
          "PostgreSQL at %s cannot be used as %s: %s. Does it run, and may this role make tables?"
              .formatted(url, settings.user(), e.getMessage()),
          e);
    }
  }

  private static String password(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw PlatformException.user(
          "The file of postgresql.password_file, %s, cannot be read: %s"
              .formatted(file, e.getMessage()));
    }
  }

  /** Runs work in a transaction: all of it counts, or nothing. */
  <T> T transaction(String what, Work<T> work) {
    try (Connection connection = pool.getConnection()) {
      try {
        T result = work.with(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      }
    } catch (SQLException e) {
      throw PlatformException.external(
          "PostgreSQL at %s: cannot %s: %s".formatted(pool.getJdbcUrl(), what, e.getMessage()), e);
    }
  }

  private static void rollBack(Connection connection, Exception because) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      because.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
