package dev.anabranch.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.delta.Storage;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotRegistryTest {
  private static final QuarantineIndex NOTHING = QuarantineIndex.empty(Storage.local());

  private final TestClock clock = new TestClock();
  private final SnapshotRegistry registry = new SnapshotRegistry(clock);

  private static Snapshot snapshot(long id) {
    return Snapshot.empty(id, Optional.empty(), NOTHING);
  }

  @Test
  void keepsASnapshotForAMinuteAfterItsLastUse() {
    Snapshot snapshot = snapshot(1);
    registry.pin(snapshot);
    for (int use = 0; use < 5; use++) {
      clock.pass(Duration.ofSeconds(61));
      assertThat(registry.find(1)).contains(snapshot);
    }
    clock.pass(Duration.ofMinutes(3));
    assertThat(registry.find(1)).isEmpty();
    assertThat(registry.find(2)).isEmpty();
  }

  @Test
  void requestsShareSnapshotsWhereManyAreKept() {
    Set<Long> answeredFrom = new HashSet<>();
    Set<Long> given = new HashSet<>();
    // Ten requests a second, each with a cursor, while each finds another snapshot.
    for (int request = 0; request < 600; request++) {
      Snapshot answer = registry.toAnswerFrom(snapshot(request));
      assertThat(answer.id()).isBetween(request - 35L, (long) request);
      registry.pin(answer);
      answeredFrom.add(answer.id());
      given.add(answer.id());
      clock.pass(Duration.ofMillis(100));
      assertThat(registry.find(given.iterator().next())).isPresent();
    }
    assertThat(answeredFrom).hasSizeLessThan(50);
    assertThat(given).allMatch(id -> registry.find(id).isPresent());
    // Where the rush is over, answers are the newest again.
    clock.pass(Duration.ofMinutes(3));
    assertThat(registry.toAnswerFrom(snapshot(9999)).id()).isEqualTo(9999);
  }
}
