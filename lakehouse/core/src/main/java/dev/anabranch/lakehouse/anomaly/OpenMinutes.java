package dev.anabranch.lakehouse.anomaly;

import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Column;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.Tiles;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Gathers the tiles of epochs into minutes, and closes a minute once events are as far past its end
 * as the lateness that is allowed. How far events are is told by the newest minute that has any,
 * but never past the broker's clock, so that a client whose clock is ahead closes nothing. What
 * comes for a closed minute is left out. The same epochs close the same minutes at the same epochs.
 *
 * <p>Minutes without events are closed too, if events come again within {@link #LONGEST_SILENCE}; a
 * longer silence tells nothing, because the platform may have been off.
 *
 * <p>A tile tells of a lead how much it did in an epoch, and when first and last. Where these are
 * minutes apart, as behind a backlog, its share of a minute counts for the last one.
 */
public final class OpenMinutes {
  /** How long there may be no event at all between two that are. */
  public static final Duration LONGEST_SILENCE = Duration.ofMinutes(15);

  private static final long MINUTE = Key.Minute.MICROS;
  private static final long SILENCE = LONGEST_SILENCE.toMinutes() * MINUTE;
  private static final long REVENUE_MINUTES = LeadLimit.Measure.REVENUE_IN_TEN_MINUTES.minutes();
  private static final long REVENUE_WINDOW = REVENUE_MINUTES * MINUTE;
  private static final long LONGEST_SPAN = Span.FIVE_MINUTES.minutes() * MINUTE;
  private static final long UNKNOWN = Long.MIN_VALUE;

  private static final int START = Activity.VIEW.key("window_start");
  private static final int TYPE = Activity.VIEW.key("event_type");
  private static final int CHANNEL = Activity.VIEW.key("channel");
  private static final int EVENTS = Activity.VIEW.measure("events");
  private static final int LEAD = Leads.VIEW.key("lead_id");
  private static final int LEAD_EVENTS = Leads.VIEW.measure("events");
  private static final int REVENUE = Leads.VIEW.measure("revenue");
  private static final int FIRST_SEEN = Leads.VIEW.measure("first_seen");
  private static final int LAST_SEEN = Leads.VIEW.measure("last_seen");

  private final long lateness;
  private final TreeMap<Long, Minute> open = new TreeMap<>();
  private final TreeMap<Long, Long> firstEpochs = new TreeMap<>();
  private final LeadTally revenue = new LeadTally();
  private final ArrayDeque<ClosedMinute> recent = new ArrayDeque<>();
  private long revenueWindow = UNKNOWN;
  private long closedUntil = UNKNOWN;
  private long leastClosedUntil = UNKNOWN;
  private long lastActive = UNKNOWN;
  private long progress = UNKNOWN;

  private static final class Minute {
    private final Map<Group, Long> counts = new HashMap<>();
    private final LeadTally leads = new LeadTally();
  }

  /**
   * Where these minutes stand, for who goes on after a restart.
   *
   * @param closedUntil all minutes before this one are closed
   * @param lastActive the last of them that had events
   * @param fromEpoch the tiles from this epoch on are needed to go on
   */
  public record Mark(long closedUntil, long lastActive, long fromEpoch) {}

  private OpenMinutes(Duration lateness) {
    this.lateness = lateness.toNanos() / 1_000;
  }

  /** Begins with the next whole minute. */
  public static OpenMinutes begin(Duration lateness) {
    return new OpenMinutes(lateness);
  }

  /** As {@link #begin}, but not before a minute that others have closed already. */
  public static OpenMinutes beginNotBefore(long minute, Duration lateness) {
    OpenMinutes minutes = new OpenMinutes(lateness);
    minutes.leastClosedUntil = minute;
    return minutes;
  }

  /**
   * Goes on from a mark: to be given the epochs from the mark's on. Minutes before the mark come
   * out once more.
   */
  public static OpenMinutes resume(Mark mark, Duration lateness) {
    OpenMinutes minutes = new OpenMinutes(lateness);
    minutes.closedUntil = neededFor(mark.closedUntil());
    minutes.lastActive = Math.min(mark.lastActive(), minutes.closedUntil - MINUTE);
    return minutes;
  }

  /**
   * Adds an epoch.
   *
   * @param epoch its number
   * @param newestKafkaMillis the broker's clock at its newest record
   * @return the minutes that it closes, in their order
   */
  public List<ClosedMinute> add(
      long epoch, OptionalLong newestKafkaMillis, Tiles activity, Tiles leads) {
    long newest = collect(epoch, activity);
    if (newest == UNKNOWN) {
      return List.of();
    }
    collect(leads);
    long clock =
        newestKafkaMillis.isPresent()
            ? Key.Minute.floor(newestKafkaMillis.getAsLong() * 1_000)
            : newest;
    progress = Math.max(progress, Math.min(newest, clock));
    if (closedUntil == UNKNOWN) {
      closedUntil = Math.max(leastClosedUntil, progress + MINUTE);
      lastActive = closedUntil - MINUTE;
      open.headMap(closedUntil).clear();
      return List.of();
    }
    return close(Key.Minute.floor(progress - lateness));
  }

  /** Where these minutes stand behind the last epoch; only once some minute was closed. */
  public Mark mark(long epoch) {
    firstEpochs.headMap(neededFor(closedUntil)).clear();
    long from = firstEpochs.values().stream().mapToLong(first -> first).min().orElse(epoch);
    return new Mark(closedUntil, lastActive, from);
  }

  private long collect(long epoch, Tiles activity) {
    Column.Longs starts = activity.longKey(START);
    long newest = UNKNOWN;
    for (int row = 0; row < activity.size(); row++) {
      long minute = starts.at(row);
      newest = Math.max(newest, minute);
      firstEpochs.putIfAbsent(minute, epoch);
      if (minute >= closedUntil) {
        Group group = new Group(activity.textKey(TYPE).at(row), activity.textKey(CHANNEL).at(row));
        long events = activity.longMeasure(EVENTS).at(row);
        open.computeIfAbsent(minute, m -> new Minute()).counts.merge(group, events, Long::sum);
      }
    }
    if (closedUntil != UNKNOWN) {
      firstEpochs.headMap(neededFor(closedUntil)).clear();
    }
    return newest;
  }

  private void collect(Tiles leads) {
    for (int row = 0; row < leads.size(); row++) {
      long last = Key.Minute.floor(leads.longMeasure(LAST_SEEN).at(row));
      Minute minute = open.get(last);
      if (minute == null) {
        continue;
      }
      long first = Key.Minute.floor(leads.longMeasure(FIRST_SEEN).at(row));
      long span = (last - first) / MINUTE + 1;
      long events = (leads.longMeasure(LEAD_EVENTS).at(row) + span - 1) / span;
      minute.leads.add(leads.textKey(LEAD).at(row), events, cents(leads, row, span));
    }
  }

  private static long cents(Tiles leads, int row, long span) {
    Column.Money money = leads.moneyMeasure(REVENUE);
    long cents = money.high()[row] == 0 ? money.low()[row] : Long.MAX_VALUE;
    return span <= REVENUE_MINUTES ? cents : cents / span * REVENUE_MINUTES;
  }

  private List<ClosedMinute> close(long until) {
    List<ClosedMinute> closed = new ArrayList<>();
    while (closedUntil < until) {
      Long next = open.ceilingKey(closedUntil);
      if (next == null || next > closedUntil) {
        long end = next == null ? until : Math.min(next, until);
        if (next != null && next - lastActive - MINUTE <= SILENCE) {
          for (; closedUntil < end; closedUntil += MINUTE) {
            closed.add(closed(closedUntil, true, new Minute()));
          }
        }
        closedUntil = end;
        continue;
      }
      Minute minute = open.remove(next);
      Long after = open.higherKey(next);
      boolean whole =
          next - lastActive - MINUTE <= SILENCE
              && after != null
              && after - next - MINUTE <= SILENCE;
      closed.add(closed(next, whole, minute));
      lastActive = next;
      closedUntil = next + MINUTE;
    }
    return closed;
  }

  private ClosedMinute closed(long start, boolean whole, Minute minute) {
    Map<String, ClosedMinute.Lead> leads = leads(start, minute);
    while (!recent.isEmpty() && recent.getFirst().minute() < start - LONGEST_SPAN + MINUTE) {
      recent.removeFirst();
    }
    boolean allWhole =
        whole
            && recent.size() == Span.FIVE_MINUTES.minutes() - 1
            && recent.stream().allMatch(ClosedMinute::whole);
    ClosedMinute result =
        new ClosedMinute(
            start,
            whole,
            minute.counts,
            allWhole ? recent.stream().map(ClosedMinute::counts).toList() : List.of(),
            leads);
    recent.addLast(result.withoutLeads());
    return result;
  }

  private Map<String, ClosedMinute.Lead> leads(long start, Minute minute) {
    if (windowOf(start) != revenueWindow) {
      revenueWindow = windowOf(start);
      revenue.clear();
    }
    Map<String, ClosedMinute.Lead> leads = new HashMap<>();
    minute
        .leads
        .all()
        .forEach(
            (lead, amount) -> {
              long before = revenue.cents(lead);
              if (amount.cents() > 0) {
                revenue.add(lead, amount.events(), amount.cents());
              }
              leads.put(lead, new ClosedMinute.Lead(amount.events(), before, revenue.cents(lead)));
            });
    return leads;
  }

  /** From which minute on the epochs are needed to go on from another. */
  private static long neededFor(long minute) {
    return Math.min(windowOf(minute), minute - LONGEST_SPAN);
  }

  private static long windowOf(long minute) {
    return Math.floorDiv(minute, REVENUE_WINDOW) * REVENUE_WINDOW;
  }
}
