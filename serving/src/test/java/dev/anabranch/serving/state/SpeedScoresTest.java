package dev.anabranch.serving.state;

import static dev.anabranch.serving.TestScores.score;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.serving.TestLake;
import dev.anabranch.serving.TestScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedScoresTest {
  @TempDir private Path folder;
  private TestLake lake;
  private TestScores table;
  private SpeedScores scores;

  @BeforeEach
  void begin() {
    lake = new TestLake(folder);
    table = new TestScores(lake);
    scores = new SpeedScores(lake.storage(), lake.layout().speedScores());
  }

  private List<String> hot() {
    return scores.hot(Optional.empty(), 10).rows().stream()
        .map(row -> row.epoch() + " " + row.leadId())
        .toList();
  }

  @Test
  void aLogThatWasCutIsReadAnew() {
    table.epoch(1, List.of(score(1, "a", 1, 0.9, true)));
    scores.poll();
    assertThat(hot()).containsExactly("1 a");
    table.epoch(2, List.of(score(2, "a", 2, 0.5, false), score(2, "b", 1, 0.9, true)));
    table.merge(2);
    lake.cutLog(lake.layout().speedScores());
    Awaitility.await()
        .until(
            () -> {
              scores.poll();
              return hot().equals(List.of("2 b", "1 a"));
            });
    assertThat(scores.of("a").map(LeadScore::probability)).contains(0.5);
    assertThat(scores.byLead()).hasSize(2);
  }

  /** Files that are merged while nobody looks are gone, and none of their scores is. */
  @Test
  void mergedFilesAreReadInTheirPlace() {
    scores.poll();
    assertThat(scores.caughtUp()).isTrue();
    table.epoch(1, List.of(score(1, "a", 1, 0.9, true)));
    table.epoch(2, List.of(score(2, "a", 2, 0.5, false)));
    table.merge(2);
    scores.poll();
    assertThat(scores.of("a").map(LeadScore::epoch)).contains(2L);
    assertThat(hot()).containsExactly("1 a");
  }

  @Test
  void aFileThatCannotBeReadIsReadLater() throws IOException {
    table.epoch(1, List.of(score(1, "a", 1, 0.9, true)));
    scores.poll();
    table.epoch(2, List.of(score(2, "b", 1, 0.9, true)));
    Path location = Path.of(lake.layout().speedScores().toUri().getPath());
    Path newest;
    try (Stream<Path> files = Files.list(location)) {
      newest =
          files
              .filter(file -> file.toString().endsWith(".parquet"))
              .max((left, right) -> Long.compare(modified(left), modified(right)))
              .orElseThrow();
    }
    Path aside = newest.resolveSibling("aside");
    Files.move(newest, aside);
    assertThatThrownBy(scores::poll).hasMessageContaining(newest.getFileName().toString());
    assertThat(scores.caughtUp()).isFalse();
    assertThat(hot()).containsExactly("1 a");
    Files.move(aside, newest);
    scores.poll();
    assertThat(scores.caughtUp()).isTrue();
    assertThat(hot()).containsExactly("2 b", "1 a");
  }

  private static long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
