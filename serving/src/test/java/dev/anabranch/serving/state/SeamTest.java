package dev.anabranch.serving.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.RunState;
import dev.anabranch.lakehouse.lake.TileFiles.EpochFile;
import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.query.ActivityEngine;
import dev.anabranch.serving.query.ActivityQuery;
import dev.anabranch.serving.query.LeadOrder;
import dev.anabranch.serving.query.LeadsEngine;
import dev.anabranch.serving.query.Oracle;
import dev.anabranch.serving.query.RandomEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SeamTest {
  private static final ActivityQuery MINUTES =
      new ActivityQuery(
          OptionalLong.empty(),
          OptionalLong.empty(),
          1,
          1,
          Set.of(ActivityQuery.EVENT_TYPE, ActivityQuery.CHANNEL),
          Optional.empty(),
          Optional.empty());

  /** A log, and where each epoch of it ends; epoch 0 is before all. */
  private record Log(List<Event> records, List<Integer> ends) {
    int epochs() {
      return ends.size();
    }

    List<Event> epoch(int epoch) {
      return records.subList(epoch == 0 ? 0 : ends.get(epoch - 1), ends.get(epoch));
    }
  }

  /**
   * Any split of any records, late and repeated ones among them, into epochs, and any runs at any
   * of their ends: lambda is what batch counts below the boundary, a copy never, and each epoch
   * past it, without copies inside.
   */
  @Property(tries = 200)
  void holdsThePrefixThatItNames(
      @ForAll long seed,
      @ForAll @IntRange(max = 120) int count,
      @ForAll @IntRange(min = 1, max = 40) int epochs) {
    Random random = new Random(seed);
    Log log = log(random, count, epochs);
    Seam seam = Seam.EMPTY;
    int boundary = -1;
    while (seam.epoch() < log.epochs() - 1 || random.nextInt(3) > 0) {
      int next = (int) seam.epoch() + 1;
      if (next > 0 && random.nextInt(6) == 0) {
        // A run ends: it began at some epoch since the last one, and the seam moves there.
        boundary = Math.max(boundary, random.nextInt(next));
        seam = Seam.at(run(log, boundary), batch(log, boundary));
        while (seam.epoch() < next - 1) {
          seam = seam.plus(file(log, (int) seam.epoch() + 1));
        }
      } else if (next < log.epochs()) {
        seam = seam.plus(file(log, next));
      }
      if (random.nextInt(4) == 0) {
        check(seam, log, boundary);
      }
    }
    check(seam, log, boundary);
  }

  private static void check(Seam seam, Log log, int boundary) {
    int last = (int) seam.epoch();
    assertThat(seam.until()).isEqualTo(last < 0 ? Offsets.NONE : until(log, last));
    assertThat(seam.from()).isEqualTo(last < 0 ? Offsets.NONE : until(log, Math.max(0, boundary)));
    List<Event> past = new ArrayList<>();
    for (int epoch = boundary + 1; epoch <= last; epoch++) {
      past.addAll(distinct(log.epoch(epoch)));
    }
    List<Event> below = boundary < 0 ? List.of() : below(log, boundary);
    List<Event> both = new ArrayList<>(below);
    both.addAll(past);
    answers(seam.batch(), below);
    answers(seam.speed(), past);
    answers(seam.lambda(), both);
    assertThat(seam.speedEmpty()).isEqualTo(past.isEmpty());
  }

  private static void answers(ViewTiers views, List<Event> events) {
    assertThat(new ActivityEngine().page(views, MINUTES, Optional.empty(), 100_000).rows())
        .isEqualTo(Oracle.activity(events, MINUTES));
    assertThat(new LeadsEngine().page(views, LeadOrder.MOST_REVENUE, Optional.empty(), 1000).rows())
        .isEqualTo(Oracle.leads(events, LeadOrder.MOST_REVENUE));
  }

  @Test
  void refusesAnEpochThatIsNotTheNext() {
    Log log = log(new Random(1), 20, 5);
    Seam seam = Seam.EMPTY.plus(file(log, 0)).plus(file(log, 1));
    assertThatThrownBy(() -> seam.plus(file(log, 1))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> seam.plus(file(log, 3))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Seam.EMPTY.plus(file(log, 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAnEpochOfOtherOffsets() {
    Log log = log(new Random(2), 20, 5);
    Log other = new Log(log.records(), List.of(0, 1, 2, 3, 4));
    Seam seam = Seam.EMPTY.plus(file(log, 0)).plus(file(log, 1)).plus(file(log, 2));
    assertThatThrownBy(() -> seam.plus(file(other, 3))).hasMessageContaining("epoch 2");
  }

  private static Log log(Random random, int count, int epochs) {
    List<Event> records = new ArrayList<>();
    for (Event event : RandomEvents.of(random.nextLong(), 0, count, 600)) {
      boolean copy = !records.isEmpty() && random.nextInt(5) == 0;
      records.add(copy ? records.get(random.nextInt(records.size())) : event);
    }
    List<Integer> ends = new ArrayList<>(List.of(0));
    for (int epoch = 1; epoch < epochs; epoch++) {
      ends.add(random.nextInt(count + 1));
    }
    ends.sort(null);
    ends.add(count);
    return new Log(records, ends);
  }

  private static List<Event> distinct(List<Event> records) {
    Map<String, Event> first = new LinkedHashMap<>();
    records.forEach(event -> first.putIfAbsent(event.eventId(), event));
    return List.copyOf(first.values());
  }

  private static List<Event> below(Log log, int epoch) {
    return distinct(log.records().subList(0, log.ends().get(epoch)));
  }

  private static Offsets until(Log log, int epoch) {
    return Offsets.of(Map.of(0, (long) log.ends().get(epoch)));
  }

  private static EpochFile file(Log log, int epoch) {
    EpochHeader header =
        new EpochHeader(
            epoch,
            epoch,
            until(log, Math.max(0, epoch - 1)),
            until(log, epoch),
            OptionalLong.empty(),
            0,
            0,
            0,
            0,
            OptionalLong.empty(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>());
    return new EpochFile(
        new DataFile("epoch-" + epoch, 1, 1, Map.of(), 1),
        header,
        RandomEvents.tiles(distinct(log.epoch(epoch))));
  }

  private static ViewTiers batch(Log log, int boundary) {
    return ViewTiers.of(RandomEvents.tiles(below(log, boundary)));
  }

  private static BatchRun run(Log log, int boundary) {
    return new BatchRun(
        "run-" + boundary,
        1,
        RunState.SUCCEEDED,
        until(log, boundary),
        boundary,
        Instant.EPOCH,
        Optional.of(Instant.EPOCH),
        Optional.empty(),
        new TreeMap<>(),
        Optional.empty());
  }
}
