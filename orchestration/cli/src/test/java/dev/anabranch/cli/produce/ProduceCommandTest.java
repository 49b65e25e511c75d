package dev.anabranch.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.cli.CommandLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage and exit codes; the sending itself is tested beside the sender and end to end. */
class ProduceCommandTest {

  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path data;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rate 5 | --events",
        "--events x | --events",
        "--events 0 | --events is 0",
        "--events -1 | --events is -1",
        "--events 5 --rate 0 | --rate is 0.0",
        "--events 5 --rate NaN | --rate is NaN",
        "--events 5 --late 1.1 | --late is 1.1",
        "--events 5 --duplicates -0.1 | --duplicates is -0.1",
        "--events 5 --malformed NaN | --malformed is NaN",
        "--events 5 --start yesterday | --start",
        "--events 5 --start 2026-11-22T10:04:01Z | from the future",
        "--events 400000 --start 2026-11-22T10:00:00Z | from the future",
        "--events 5 --start 1999-12-31T23:59:59Z | none may be before",
        "--events 5 --step soon | --step",
        "--events 5 --step 0s | --step is PT0S",
        "--events 10000 --step 1d | none may be before",
        "--events 9000000000000000 --step 1d | longer than time itself",
        "--events 5 --incident flood | drop, burst, fraud",
        "--events 5 --incident drop:soon | --incident",
        "--events 5 --incident drop:90s | whole minutes",
        "--events 5 --incident drop | more --events",
        "--events 5 --config none.conf | none.conf",
        "--events 5 --nonsense | --nonsense"
      })
  void wrongUsageIsExitCode2(String arguments, String message) {
    CommandLines result = run(arguments);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--events 5",
        "--events 5 --rate 10",
        "--events 5000 --step 1s --incident drop --incident fraud:2m",
        "--events 5 --rate 0.5 --step 250ms",
        "--events 1000000 --step PT0.5S --late 1 --duplicates 0 --malformed 0.5",
        "--events 5 --start 2026-11-22T11:00:00+01:00",
        "--events 200000 --start 2026-11-22T10:00:00Z",
        "--events 5 --start 2000-01-01T00:00:00Z --seed -7"
      })
  void withoutAPlatformGoodUsageIsExitCode3(String arguments) {
    CommandLines result = run(arguments);
    assertThat(result.err()).contains("No platform runs on");
    assertThat(result.exitCode()).isEqualTo(3);
  }

  @Test
  void whatAKilledLauncherLeftBehindIsNoPlatform() throws IOException {
    Path run = Files.createDirectories(data.resolve("none/run"));
    Files.writeString(run.resolve("lock"), "1\n");
    Files.writeString(
        run.resolve("platform.json"),
        """
        {"state":"running","launcher_pid":1,"parts":[],
         "kafka":{"bootstrap_servers":"127.0.0.1:1","topic":"events"}}\
        """);
    CommandLines result = run("--events 5");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("No platform runs on", "./anabranch up");
  }

  @Test
  void settingsAreCheckedFirst() throws IOException {
    Path settings = Files.writeString(data.resolve("settings.conf"), "kafka.colour = red");
    CommandLines result = run("--events 5 --config " + settings);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("kafka.colour");
  }

  private CommandLines run(String arguments) {
    return CommandLines.run(
        new ProduceCommand(NOW), (arguments + " --data " + data.resolve("none")).split(" "));
  }
}
