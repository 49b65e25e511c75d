package dev.anabranch.lakehouse.anomaly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Learns from history how many events a minute usually has. */
public final class BaselineLearning {
  /** Fewer minutes of history than these say nothing: a wider pool does. */
  public static final int ENOUGH_MINUTES = 120;

  private BaselineLearning() {}

  /**
   * The baseline of each group in each pool that holds enough minutes; the same history gives the
   * same baselines.
   *
   * @param deviations as in {@link Range#of}
   */
  public static List<Baseline> learn(MinuteHistory history, double deviations) {
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
    }
    ofTypes.forEach((place, counts) -> counts.baseline(place, deviations).ifPresent(learnt::add));
    return learnt;
  }

  private record Place(
      Pool pool, Span span, String type, Optional<String> channel, OptionalInt hour) {}

  /** The counts of some minutes. */
  private static final class Counts {
    private long[] values = new long[64];
    private int size;

    void add(long count) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size] = count;
      size++;
    }

    Optional<Baseline> baseline(Place place, double deviations) {
      if (size < ENOUGH_MINUTES) {
        return Optional.empty();
      }
      double[] counts = Arrays.stream(values, 0, size).asDoubleStream().toArray();
      double median = median(counts);
      double mad = median(Arrays.stream(counts).map(count -> Math.abs(count - median)).toArray());
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
              Range.of(median, mad, deviations)));
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}
