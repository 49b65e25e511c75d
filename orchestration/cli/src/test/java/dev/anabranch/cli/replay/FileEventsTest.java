package dev.anabranch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileEventsTest {
  private static final Path EXAMPLES = EcomTest.REPOSITORY.resolve("examples");
  private static final Path MAPPING = EXAMPLES.resolve("ecom-mapping.conf");

  @TempDir private Path folder;

  @Test
  void everyRowIsAnEventThatThePlatformAccepts() throws Exception {
    Path target = folder.resolve("events.jsonl");
    Path sample = EXAMPLES.resolve("ecom-sample.csv");
    assertThat(FileEvents.write(sample, MAPPING, Clock.systemUTC(), target)).isZero();
    List<String> events = Files.readAllLines(target);
    assertThat(events).hasSize(Files.readAllLines(sample).size() - 1);
    long now = System.currentTimeMillis();
    assertThat(events)
        .allSatisfy(
            event ->
                assertThat(
                        new EventValidator().validate(event.getBytes(StandardCharsets.UTF_8), now))
                    .isInstanceOf(Verdict.Accepted.class));
  }

  @Test
  void whatDoesNotMapIsCounted() throws Exception {
    Path rows = folder.resolve("rows.csv");
    List<String> lines = Files.readAllLines(EXAMPLES.resolve("ecom-sample.csv"));
    Files.write(
        rows, List.of(lines.get(0), lines.get(1), lines.get(2).replaceAll("20[0-9][0-9]-", "x-")));
    Path target = folder.resolve("events.jsonl");
    assertThat(FileEvents.write(rows, MAPPING, Clock.systemUTC(), target)).isEqualTo(1);
    assertThat(Files.readAllLines(target)).hasSize(1);
    assertThatThrownBy(
            () -> FileEvents.write(folder.resolve("none"), MAPPING, Clock.systemUTC(), target))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("none");
  }
}
