package dev.anabranch.lakehouse.lead;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.datasketches.hash.MurmurHash3;

/**
 * What one lead has done, as far as features need it: the minutes of the newest week and sums of
 * all time. Events may come in any order and give the same history. It is bounded: at most {@link
 * #KEPT_MINUTES} minutes, {@link #MOST_PAGES} pages, {@link #MOST_CHANNELS} channels and as many
 * ids as it was made for, however many events there are. Of one thread.
 */
public final class LeadHistory {
  /** Windows end with the minute of the instant that they are for; the longest has so many. */
  public static final int KEPT_MINUTES = 7 * 24 * 60;

  /** More distinct pages than these count as these; more channels alike. */
  public static final int MOST_PAGES = 128;

  public static final int MOST_CHANNELS = 16;

  /** The order in which arrays and bytes hold types. */
  static final List<EventType> TYPES = List.of(EventType.values());

  static final long MINUTE_MICROS = 60_000_000L;

  /** Of events at the same instant the greater one counts as the last, whichever came first. */
  private static final Comparator<Last> ORDER =
      Comparator.comparingLong(Last::micros).thenComparing(Last::type).thenComparing(Last::channel);

  /** What happened in a minute. */
  static final class Minute {
    final long[] events = new long[TYPES.size()];
    long cents;
  }

  /** The last event of the lead. */
  record Last(long micros, EventType type, String channel) {}

  private final int rememberedIds;
  private final Set<Long> ids = new LinkedHashSet<>();
  final TreeMap<Long, Minute> minutes = new TreeMap<>();
  final long[] events = new long[TYPES.size()];
  final long[] newestMicros = new long[TYPES.size()];
  final Set<Long> pages = new TreeSet<>();
  final Set<String> channels = new TreeSet<>();
  long cents;
  long firstMicros = Long.MAX_VALUE;
  Optional<Last> last = Optional.empty();

  private LeadHistory(int rememberedIds) {
    this.rememberedIds = rememberedIds;
    Arrays.fill(newestMicros, Long.MIN_VALUE);
  }

  /** A history of events that are distinct already. */
  public static LeadHistory ofDistinct() {
    return new LeadHistory(0);
  }

  /**
   * A history that tells copies by the newest ids it was given.
   *
   * @param rememberedIds how many; a copy of an event further back counts again
   */
  public static LeadHistory remembering(int rememberedIds) {
    return new LeadHistory(rememberedIds);
  }

  int rememberedIds() {
    return rememberedIds;
  }

  /** Counts an event; false: it is a copy of one that is remembered. */
  public boolean add(Event event) {
    if (!remember(hash(event.eventId()))) {
      return false;
    }
    int type = TYPES.indexOf(event.type());
    long micros = event.eventTimeMicros();
    events[type]++;
    cents += event.amountCents();
    firstMicros = Math.min(firstMicros, micros);
    newestMicros[type] = Math.max(newestMicros[type], micros);
    event.page().ifPresent(page -> addPage(hash(page)));
    if (channels.size() < MOST_CHANNELS) {
      channels.add(event.channel());
    }
    Last it = new Last(micros, event.type(), event.channel());
    if (last.isEmpty() || ORDER.compare(it, last.get()) > 0) {
      last = Optional.of(it);
    }
    long minute = Math.floorDiv(micros, MINUTE_MICROS);
    long oldest = Math.floorDiv(last.get().micros(), MINUTE_MICROS) - KEPT_MINUTES;
    if (minute > oldest) {
      Minute there = minutes.computeIfAbsent(minute, m -> new Minute());
      there.events[type]++;
      there.cents += event.amountCents();
    }
    minutes.headMap(oldest, true).clear();
    return true;
  }

  private void addPage(long page) {
    if (pages.size() < MOST_PAGES) {
      pages.add(page);
    }
  }

  boolean remember(long id) {
    if (rememberedIds == 0) {
      return true;
    }
    if (!ids.add(id)) {
      return false;
    }
    if (ids.size() > rememberedIds) {
      ids.remove(ids.iterator().next());
    }
    return true;
  }

  Set<Long> ids() {
    return ids;
  }

  /** How many distinct events there are, all time. */
  public long size() {
    return Arrays.stream(events).sum();
  }

  /** The features as of the last event: all that this history knows had happened by then. */
  public LeadFeatures features(String leadId) {
    Last now = last.orElseThrow();
    return new LeadFeatures(
        leadId,
        now.micros(),
        Feature.values(new HistoryView(this, now.micros())),
        now.type(),
        now.channel(),
        size());
  }

  private static long hash(String text) {
    return MurmurHash3.hash(text.getBytes(StandardCharsets.UTF_8), 0L)[0];
  }
}
