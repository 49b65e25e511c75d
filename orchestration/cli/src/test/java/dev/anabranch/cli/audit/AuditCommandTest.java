package dev.anabranch.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.anabranch.cli.CommandLines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that answers as OSV's documentation says. */
class AuditCommandTest {
  @TempDir private Path folder;
  private HttpServer osv;
  private String asked = "";
  private String answer = "";
  private Path list;

  @BeforeEach
  void start() throws IOException {
    list =
        Files.writeString(
            folder.resolve("list"),
            """

            Lists of 2 third-party dependencies.
                 (Apache-2.0) Some (name) of it (org.some:thing_2.12:1.0 - https://some.example/a)
                 (EPL 2.0) Other (org.other:it:2.0-M1 - no url defined)
            """);
    osv = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    osv.createContext(
        "/",
        exchange -> {
          asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    osv.start();
  }

  @AfterEach
  void stop() {
    osv.stop(0);
  }

  private CommandLines run() {
    return CommandLines.run(
        new AuditCommand(),
        "--list",
        list.toString(),
        "--osv",
        "http://127.0.0.1:" + osv.getAddress().getPort());
  }

  @Test
  void licencesAreCountedAndVulnerableArtefactsNamed() {
    answer = "{\"results\":[{},{\"vulns\":[{\"id\":\"GHSA-2\"},{\"id\":\"GHSA-1\"}]}]}";
    CommandLines result = run();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .contains(
            "2 artefacts", "1  Apache-2.0", "1  EPL 2.0", "org.other:it:2.0-M1: GHSA-1, GHSA-2");
    assertThat(asked).contains("\"name\":\"org.some:thing_2.12\"", "\"version\":\"1.0\"");
  }

  @Test
  void nothingKnownIsExitCode0() {
    answer = "{\"results\":[{},{}]}";
    CommandLines result = run();
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("0 artefacts with known vulnerabilities");
  }

  @Test
  void whereOsvIsNotReachedThatIsSaid() {
    osv.stop(0);
    CommandLines result = run();
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.out()).contains("Apache-2.0");
    assertThat(result.err()).contains("does not answer").doesNotContain("Exception");
  }
}
