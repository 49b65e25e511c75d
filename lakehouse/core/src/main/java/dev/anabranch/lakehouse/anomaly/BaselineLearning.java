package dev.anabranch.lakehouse.anomaly;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/** Learns from history how many events a minute usually has. */
public final class BaselineLearning {
  /** Fewer minutes of history than these say nothing: a wider pool does. */
  public static final int ENOUGH_MINUTES = 120;

  private BaselineLearning() {}

  /**
   * The baseline of each group in each pool that holds enough minutes; the same history gives the
   * same baselines. Other channels do not tell how little a channel may have: what is usual for an
   * event type begins with none.
   *
   * @param deviations as in {@link Range#of}
   */
  public static List<Baseline> learn(MinuteHistory history, double deviations) {
    return learn(history, deviations, () -> {});
  }

  /**
   * As {@link #learn(MinuteHistory, double)}.
   *
   * @param learntGroup is told after each group; where it throws, the learning ends
   */
  public static List<Baseline> learn(
      MinuteHistory history, double deviations, Runnable learntGroup) {
    List<Baseline> learnt = new ArrayList<>();
    Map<Place, Counts> ofTypes = new LinkedHashMap<>();
    for (Group group : history.groups()) {
      Map<Place, Counts> own = new LinkedHashMap<>();
      history.forEach(
          group,
          (span, minute, events) -> {
            for (Pool pool : Pool.ALL) {
              boolean ofType = pool == Pool.EVENT_TYPE;
              Place place =
                  new Place(
                      pool,
                      span,
                      group.eventType(),
                      ofType ? Optional.empty() : Optional.of(group.channel()),
                      pool.hour(minute));
              (ofType ? ofTypes : own).computeIfAbsent(place, p -> new Counts()).add(events);
            }
          });
      own.forEach((place, counts) -> counts.baseline(place, deviations).ifPresent(learnt::add));
      learntGroup.run();
    }
    ofTypes.forEach((place, counts) -> counts.baseline(place, deviations).ifPresent(learnt::add));
    return learnt;
  }

  private record Place(
      Pool pool, Span span, String type, Optional<String> channel, OptionalInt hour) {}

  /** The counts of some minutes, each with how often it was: most are alike. */
  private static final class Counts {
    private final Map<Long, Long> times = new HashMap<>();
    private long size;

    void add(long count) {
      times.merge(count, 1L, Long::sum);
      size++;
    }

    Optional<Baseline> baseline(Place place, double deviations) {
      if (size < ENOUGH_MINUTES) {
        return Optional.empty();
      }
      double median = median(count -> count);
      double mad = median(count -> Math.abs(count - median));
      Range expected = Range.of(median, mad, deviations);
      return Optional.of(
          new Baseline(
              place.pool(),
              place.span(),
              place.type(),
              place.channel(),
              place.hour(),
              size,
              median,
              mad,
              place.pool() == Pool.EVENT_TYPE ? expected.fromNone() : expected));
    }

    private double median(DoubleUnaryOperator value) {
      NavigableMap<Double, Long> sorted = new TreeMap<>();
      times.forEach(
          (count, often) ->
              sorted.merge(value.applyAsDouble(count.doubleValue()), often, Long::sum));
      return (at(sorted, (size - 1) / 2) + at(sorted, size / 2)) / 2;
    }

    private static double at(NavigableMap<Double, Long> sorted, long rank) {
      long before = 0;
      for (Map.Entry<Double, Long> entry : sorted.entrySet()) {
        before += entry.getValue();
        if (before > rank) {
          return entry.getKey();
        }
      }
      throw new IllegalArgumentException("Of %d values none is number %d".formatted(before, rank));
    }
  }
}
