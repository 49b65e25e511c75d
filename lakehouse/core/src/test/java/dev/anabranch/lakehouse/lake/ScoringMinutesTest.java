package dev.anabranch.lakehouse.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoringMinutesTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final Duration A_MONTH = Duration.ofDays(30);

  @TempDir Path folder;
  private final Storage storage = Storage.local();
  private final List<ScoringMinute> added = new ArrayList<>();
  private LakeLayout lake;
  private ScoringMinutes table;

  @BeforeEach
  void open() {
    lake = new LakeLayout(folder.toUri());
    table = ScoringMinutes.open(storage, lake, Clock.systemUTC());
  }

  @Test
  void veryManyFilesBecomeOneOfTheLastMonth() {
    add(NOW.minus(A_MONTH).minus(Duration.ofMinutes(1)));
    add(NOW.minus(A_MONTH));
    for (int i = 254; i > 0; i--) {
      add(NOW.minus(Duration.ofMinutes(i)));
    }
    assertThat(files()).hasSize(256);
    assertThat(minutes()).containsExactlyInAnyOrderElementsOf(added);
    add(NOW);
    assertThat(files()).hasSize(1);
    assertThat(minutes()).isEqualTo(added.subList(1, added.size()));
    add(NOW.plus(Duration.ofMinutes(1)));
    assertThat(files()).hasSize(2);
    assertThat(minutes()).containsExactlyInAnyOrderElementsOf(added.subList(1, added.size()));
  }

  private void add(Instant minute) {
    int n = added.size();
    OptionalDouble sometimes = n % 2 == 0 ? OptionalDouble.of(n / 8.0) : OptionalDouble.empty();
    OptionalDouble seldom = n % 3 == 0 ? OptionalDouble.of(n / 4.0) : OptionalDouble.empty();
    ScoringMinute one =
        new ScoringMinute(
            minute, n, n + 1, sometimes, n + 2, n + 3, seldom, n + 4, n + 5, n + 6, n + 7);
    table.add(one);
    added.add(one);
  }

  private List<DataFile> files() {
    TableTail tail = new TableTail(storage, lake.scoringMetrics());
    tail.poll();
    return tail.files();
  }

  private List<ScoringMinute> minutes() {
    return files().stream().flatMap(file -> ScoringMinutes.read(storage, file).stream()).toList();
  }
}
