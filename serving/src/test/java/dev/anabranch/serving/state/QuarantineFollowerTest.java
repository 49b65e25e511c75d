package dev.anabranch.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.lake.RefusedRecord;
import dev.anabranch.serving.TestLake;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineFollowerTest {
  private static final List<Reason> REASONS = List.of(Reason.values());

  @TempDir Path folder;

  @Test
  void pagesAreTheRefusedRecordsNewestFirst() {
    TestLake lake = new TestLake(folder);
    QuarantineFollower follower =
        new QuarantineFollower(lake.storage(), lake.layout().quarantine());
    follower.poll();
    assertThat(follower.caughtUp()).isTrue();
    assertThat(follower.index().counts()).isEmpty();
    assertThat(follower.index().page(Optional.empty(), Optional.empty(), 10).rows()).isEmpty();

    List<RefusedRecord> all = new ArrayList<>();
    Random random = new Random(5);
    for (int epoch = 1; epoch <= 6; epoch++) {
      List<RefusedRecord> refused = refused(random, epoch);
      lake.refuse(epoch, refused);
      all.addAll(refused);
    }
    QuarantineIndex before = follower.index();
    follower.poll();
    assertThat(before.counts()).isEmpty();
    assertThat(follower.index().counts())
        .isEqualTo(
            all.stream()
                .collect(Collectors.groupingBy(RefusedRecord::reason, Collectors.counting())));
    check(follower.index(), all, Optional.empty());
    check(follower.index(), all, Optional.of(Reason.NOT_JSON));
    check(follower.index(), all, Optional.of(Reason.IN_THE_FUTURE));
  }

  @Test
  void followsATableWhoseLogWasCut() {
    TestLake lake = new TestLake(folder);
    Random random = new Random(6);
    List<RefusedRecord> all = new ArrayList<>(refused(random, 1));
    lake.refuse(1, all);
    QuarantineFollower follower =
        new QuarantineFollower(lake.storage(), lake.layout().quarantine());
    follower.poll();
    for (int epoch = 2; epoch <= 4; epoch++) {
      List<RefusedRecord> refused = refused(random, epoch);
      lake.refuse(epoch, refused);
      all.addAll(refused);
    }
    lake.cutLog(lake.layout().quarantine());
    QuarantineIndex before = follower.index();
    for (int look = 0; follower.index() == before; look++) {
      assertThat(look).as("looks").isLessThan(1_000);
      follower.poll();
    }
    check(follower.index(), all, Optional.empty());
  }

  /** Timestamps of different epochs meet; none is of the last reason. */
  private static List<RefusedRecord> refused(Random random, int epoch) {
    List<RefusedRecord> refused = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      refused.add(
          new RefusedRecord(
              "events",
              random.nextInt(3),
              epoch * 100L + i,
              1_790_000_000_000L + epoch * 10L + random.nextInt(20),
              REASONS.get(random.nextInt(REASONS.size() - 1)),
              "field x",
              i % 5 == 0
                  ? Optional.empty()
                  : Optional.of(("value " + i).getBytes(StandardCharsets.UTF_8))));
    }
    return refused;
  }

  private static void check(
      QuarantineIndex index, List<RefusedRecord> all, Optional<Reason> reason) {
    List<RefusedRecord> expected =
        all.stream()
            .filter(refused -> reason.isEmpty() || refused.reason() == reason.get())
            .sorted(
                Comparator.comparing(RefusedRecord::kafkaTimestamp)
                    .thenComparing(RefusedRecord::partition)
                    .thenComparing(RefusedRecord::offset)
                    .reversed())
            .toList();
    for (int limit : List.of(1, 7, 1000)) {
      List<RefusedRecord> paged = new ArrayList<>();
      Page<RefusedRecord> page;
      do {
        Optional<QuarantineIndex.Position> after =
            paged.isEmpty()
                ? Optional.empty()
                : Optional.of(QuarantineIndex.Position.of(paged.get(paged.size() - 1)));
        page = index.page(reason, after, limit);
        paged.addAll(page.rows());
      } while (page.more());
      assertThat(describe(paged)).isEqualTo(describe(expected));
    }
  }

  private static List<Map<String, Object>> describe(List<RefusedRecord> records) {
    return records.stream()
        .map(
            refused ->
                Map.<String, Object>of(
                    "partition", refused.partition(),
                    "offset", refused.offset(),
                    "timestamp", refused.kafkaTimestamp(),
                    "reason", refused.reason(),
                    "detail", refused.detail(),
                    "value",
                        refused
                            .value()
                            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                            .orElse("none")))
        .toList();
  }
}
