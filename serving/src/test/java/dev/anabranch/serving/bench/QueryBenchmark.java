package dev.anabranch.serving.bench;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.view.TileBuilder;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.query.ActivityEngine;
import dev.anabranch.serving.query.ActivityQuery;
import dev.anabranch.serving.query.LeadOrder;
import dev.anabranch.serving.query.LeadsEngine;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Prints how much processor time queries take while epochs come in: a day of events from batch, and
 * between any two requests the tiles of an epoch, one event in twenty of it late by up to six
 * hours. Arguments: events a minute (500), leads (20000), requests (600).
 */
public final class QueryBenchmark {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long MINUTE = 60_000_000L;
  private static final long DAY = 1_763_769_600_000_000L;
  private static final List<EventType> TYPES = List.of(EventType.values());
  private static final List<String> CHANNELS =
      List.of("email", "ads", "social", "search", "direct", "unknown");

  private final Random random = new Random(1);
  private final int leads;

  private QueryBenchmark(int leads) {
    this.leads = leads;
  }

  public static void main(String[] arguments) {
    int[] numbers = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
    int perMinute = numbers.length > 0 ? numbers[0] : 500;
    int leads = numbers.length > 1 ? numbers[1] : 20_000;
    int requests = numbers.length > 2 ? numbers[2] : 600;
    QueryBenchmark benchmark = new QueryBenchmark(leads);
    ViewTiers base = benchmark.base(perMinute);
    time("warm-up of the base", () -> base.warmAs(ViewTiers.EMPTY));
    ActivityEngine activity = new ActivityEngine();
    LeadsEngine engine = new LeadsEngine();
    Map<String, Consumer<ViewTiers>> queries = new LinkedHashMap<>();
    queries.put(
        "day of PT1M", v -> activity.page(v, query(1, 1, Set.of()), Optional.empty(), 10_000));
    queries.put(
        "day of PT1M by both, first 10,000",
        v ->
            activity.page(
                v, query(1, 1, Set.of("event_type", "channel")), Optional.empty(), 10_000));
    queries.put(
        "day of PT1M by type",
        v -> activity.page(v, query(1, 1, Set.of("event_type")), Optional.empty(), 10_000));
    queries.put(
        "day of PT15M", v -> activity.page(v, query(15, 15, Set.of()), Optional.empty(), 10_000));
    queries.put(
        "day of PT1H by both",
        v ->
            activity.page(
                v, query(60, 60, Set.of("event_type", "channel")), Optional.empty(), 10_000));
    queries.put(
        "PT1H every minute",
        v -> activity.page(v, query(60, 1, Set.of()), Optional.empty(), 10_000));
    queries.put(
        "PT24H every minute",
        v -> activity.page(v, query(1440, 1, Set.of()), Optional.empty(), 1000));
    queries.put("summary of the day", v -> activity.summary(v, query(1, 1, Set.of())));
    queries.put(
        "100 leads by revenue", v -> engine.page(v, LeadOrder.MOST_REVENUE, Optional.empty(), 100));
    queries.put("one lead", v -> engine.one(v, "lead-17"));
    for (Map.Entry<String, Consumer<ViewTiers>> entry : queries.entrySet()) {
      benchmark.measure(entry.getKey(), base, entry.getValue(), requests);
    }
  }

  private void measure(String name, ViewTiers base, Consumer<ViewTiers> query, int requests) {
    ViewTiers views = base;
    long[] nanos = new long[requests];
    for (int i = 0; i < requests; i++) {
      views = views.plus(tiles(epoch(i)));
      long begin = now();
      query.accept(views);
      nanos[i] = now() - begin;
    }
    long[] steady = Arrays.copyOfRange(nanos, requests / 3, requests);
    Arrays.sort(steady);
    System.out.printf(
        "%-36s p50 %8.3f ms, p99 %8.3f ms, max %8.3f ms, first %8.1f ms%n",
        name,
        steady[steady.length / 2] / 1e6,
        steady[steady.length * 99 / 100] / 1e6,
        steady[steady.length - 1] / 1e6,
        nanos[0] / 1e6);
  }

  private ViewTiers base(int perMinute) {
    ViewTiers[] result = {ViewTiers.EMPTY};
    Map<String, List<Tiles>> parts = new HashMap<>();
    for (int minute = 0; minute < 1440; minute++) {
      tiles(events(perMinute, DAY + minute * MINUTE, MINUTE))
          .forEach((view, tiles) -> parts.computeIfAbsent(view, v -> new ArrayList<>()).add(tiles));
    }
    time(
        "indexes of the base",
        () -> {
          Map<String, Tiles> merged = new HashMap<>();
          Views.ALL.forEach(
              view -> merged.put(view.name(), Tiles.merge(view, parts.get(view.name()))));
          result[0] = ViewTiers.of(merged);
        });
    return result[0];
  }

  private List<Event> epoch(int number) {
    long now = DAY + 1440 * MINUTE + number * MINUTE / 180;
    List<Event> events = new ArrayList<>(events(316, now, MINUTE / 180));
    for (int i = 0; i < 16; i++) {
      events.addAll(events(1, now - random.nextLong(360 * MINUTE), 1));
    }
    return events;
  }

  private List<Event> events(int count, long from, long span) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      EventType type = TYPES.get(random.nextInt(TYPES.size()));
      events.add(
          new Event(
              "e-" + random.nextLong(),
              "lead-" + random.nextInt(leads),
              type,
              CHANNELS.get(random.nextInt(CHANNELS.size())),
              Optional.empty(),
              type == EventType.PURCHASE ? random.nextInt(100_000) : 0,
              from + random.nextLong(span)));
    }
    return events;
  }

  private static Map<String, Tiles> tiles(List<Event> events) {
    Map<String, Tiles> tiles = new HashMap<>();
    for (View view : Views.ALL) {
      TileBuilder builder = new TileBuilder(view);
      events.forEach(builder::add);
      tiles.put(view.name(), builder.build());
    }
    return tiles;
  }

  private static ActivityQuery query(long window, long slide, Set<String> by) {
    return new ActivityQuery(
        OptionalLong.of(DAY + 10 * MINUTE),
        OptionalLong.of(DAY + 1450 * MINUTE),
        window,
        slide,
        by,
        Optional.empty(),
        Optional.empty());
  }

  /** Time on a processor: other work on the machine does not count. */
  private static long now() {
    return THREADS.getCurrentThreadCpuTime();
  }

  private static void time(String what, Runnable work) {
    long begin = now();
    work.run();
    System.out.printf("%-36s %8.1f ms%n", what, (now() - begin) / 1e6);
  }
}
