package dev.anabranch.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server, in processes as the launcher starts them. */
class PostgresMainTest {

  @TempDir Path folder;
  private Process process;

  @AfterEach
  void end() throws InterruptedException, IOException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
    RunningServer.end(data());
  }

  @Test
  void whatIsCommittedOutlivesAKilledLauncherAndItsServerDoesNot() throws Exception {
    PostgresSettings first = start();
    execute(first, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)");
    // The server goes on alone, as it would after the kill of the process that started it.
    process.destroyForcibly().waitFor();
    assertThat(RunningServer.isOn(data())).isTrue();
    PostgresSettings second = start();
    assertThat(one(second, "SELECT n FROM kept")).isEqualTo("7");
    assertThat(one(second, "SHOW fsync") + one(second, "SHOW synchronous_commit"))
        .isEqualTo("onon");
    assertThat(one(second, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    assertThat(one(second, "SHOW server_encoding")).isEqualTo("UTF8");
    process.getOutputStream().close();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(RunningServer.isOn(data())).isFalse();
  }

  @Test
  void aServerThatIsGoneEndsTheProcess() throws Exception {
    PostgresSettings settings = start();
    long server = Long.parseLong(Files.readAllLines(data().resolve("postmaster.pid")).get(0));
    ProcessHandle.of(server).orElseThrow().destroyForcibly();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(one(start(), "SELECT 1")).isEqualTo("1");
    assertThat(settings.folder()).isEqualTo(data());
  }

  @Test
  void aFolderWhoseMakingWasCutOffIsSetAside() throws Exception {
    Files.createDirectories(data().resolve("base"));
    Files.writeString(data().resolve("postgresql.conf"), "# cut off");
    assertThat(one(start(), "SELECT 1")).isEqualTo("1");
    try (Stream<Path> folders = Files.list(folder)) {
      assertThat(folders.filter(it -> it.toString().contains("postgresql-unfinished-")))
          .singleElement()
          .satisfies(it -> assertThat(it.resolve("postgresql.conf")).hasContent("# cut off"));
    }
  }

  @Test
  void settingsSayWhatIsWrongWithThem() throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostgresSettings.read(written("folder=/data\n")))
        .withMessageContaining("port");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostgresSettings.read(written("folder=/data\nport=http\n")))
        .withMessageContaining("http");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostgresSettings.read(written("folder=data\nport=1\n")))
        .withMessageContaining("absolute");
    assertThat(PostgresSettings.read(written("folder=/my data\nport=5432\n")))
        .isEqualTo(new PostgresSettings(Path.of("/my data"), 5432));
  }

  private Path data() {
    return folder.resolve("postgresql");
  }

  private Path written(String text) throws IOException {
    return Files.writeString(folder.resolve("postgresql.properties"), text);
  }

  private PostgresSettings start() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path file = written("folder=%s\nport=%d\n".formatted(data(), port));
    Path log = folder.resolve("log");
    process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx192m",
                    "-XX:TieredStopAtLevel=1",
                    "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
                    "-cp",
                    System.getProperty("java.class.path"),
                    PostgresMain.class.getName(),
                    file.toString()))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    assertThat(line).as(Files.readString(log)).isNotNull().startsWith("READY {\"url\":\"jdbc:");
    return PostgresSettings.read(file);
  }

  private static void execute(PostgresSettings settings, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(settings.url(), "postgres", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String one(PostgresSettings settings, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(settings.url(), "postgres", "");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
