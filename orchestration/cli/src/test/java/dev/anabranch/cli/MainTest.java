package dev.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Exit codes and messages of commands that need no platform. */
class MainTest {

  @TempDir Path folder;

  private final StringWriter err = new StringWriter();

  @Test
  void withoutAPlatform() {
    assertThat(run("status", "--data", data())).isEqualTo(3);
    assertThat(err.toString()).contains("No platform runs on " + data(), "./anabranch up");
    assertThat(run("down", "--data", data())).isZero();
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void wrongUsage() throws Exception {
    assertThat(run("stat")).isEqualTo(2);
    assertThat(run("up", "--prot", "1")).isEqualTo(2);
    assertThat(run("up", "--port", "http")).isEqualTo(2);
    assertThat(run("up", "--data", data(), "--port", "65536")).isEqualTo(2);
    assertThat(run("up", "--data", data(), "--without", "nothing")).isEqualTo(2);
    assertThat(run("up", "--data", data(), "--batch-every", "often")).isEqualTo(2);
    assertThat(run("up", "--data", data(), "--host", "0.0.0.0", "--port", "0")).isEqualTo(2);
    Path config = Files.writeString(folder.resolve("my.conf"), "speed { triger = 1s }");
    assertThat(run("up", "--data", data(), "--config", config.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("speed.triger");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void durationsAreIsoOrHaveAUnit() {
    for (String every : List.of("60", "1.5")) {
      assertThat(run("up", "--data", data(), "--batch-every", every)).isEqualTo(2);
      assertThat(err.toString()).contains("batch.every is " + every, "60s", "PT5M", "never");
      assertThat(run("demo", "--data", data(), "--for", every)).isEqualTo(2);
      assertThat(err.toString()).contains("--for", "'" + every + "'", "PT5M");
    }
    // Good ones come as far as the host, which is refused for want of a token.
    for (String every : List.of("PT5M", "5m", "never")) {
      err.getBuffer().setLength(0);
      assertThat(run("up", "--data", data(), "--batch-every", every, "--host", "0.0.0.0"))
          .isEqualTo(2);
      assertThat(err.toString()).contains("not a loopback address");
    }
  }

  @Test
  void theScoringDemoRefusesWhatItDoesNotHeed() {
    assertThat(run("demo", "--data", data(), "--scoring", "--rate", "500")).isEqualTo(2);
    assertThat(err.toString()).contains("--rate cannot be set with --scoring");
    assertThat(run("demo", "--data", data(), "--scoring", "--for", "0s")).isEqualTo(2);
    assertThat(err.toString()).contains("--for is PT0S");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "up",
        "status",
        "down",
        "demo",
        "produce",
        "replay",
        "batch",
        "kappa",
        "quarantine",
        "bench",
        "audit",
        "test"
      })
  void everyCommandHasHelp(String command) {
    StringWriter out = new StringWriter();
    CommandLine line = Main.commandLine().setOut(new PrintWriter(out));
    List<String> arguments = command.isEmpty() ? List.of("--help") : List.of(command, "--help");
    assertThat(line.execute(arguments.toArray(String[]::new))).isZero();
    assertThat(out.toString()).startsWith("Usage: anabranch");
  }

  @Test
  void theHelpListsEveryCommand() {
    assertThat(Main.commandLine().getSubcommands().keySet())
        .allSatisfy(
            command ->
                assertThat(Main.commandLine().getUsageMessage()).contains("\n  " + command + " "));
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private int run(String... arguments) {
    return Main.commandLine().setErr(new PrintWriter(err)).execute(arguments);
  }
}
