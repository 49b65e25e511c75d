package dev.anabranch.cli.produce;

import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * What is sent: visitors' events, some of them late, with copies and malformed records between
 * them. It follows from the seed, the timetable and the shares alone; another share of one thing
 * changes nothing else. Of one thread.
 */
public final class Traffic implements Iterator<Outgoing> {

  /** So many distinct events that they never end. */
  public static final long ENDLESS = Long.MAX_VALUE;

  private static final long NEAREST_FAR_COPY = 2_000;
  private static final int FAR_COPY_SPREAD = 8_000;

  private record FarCopy(long due, long number, Outgoing record) {}

  private final Visitors visitors;
  private final long distinctEvents;
  private final Marker lateOnes;
  private final Marker copiedOnes;
  private final Marker spoiledOnes;
  private final Random delays;
  private final Random distances;
  private final MalformedRecords malformed;
  private final ArrayDeque<Outgoing> ready = new ArrayDeque<>();
  private final PriorityQueue<FarCopy> farCopies =
      new PriorityQueue<>(
          Comparator.comparingLong(FarCopy::due).thenComparingLong(FarCopy::number));
  private boolean nextCopyIsFar;
  private long events;

  private Traffic(
      long seed, Timetable timetable, String idPrefix, Shares shares, long distinctEvents) {
    Random seeds = new Random(seed);
    this.visitors = new Visitors(seeds.nextLong(), timetable, idPrefix);
    this.distinctEvents = distinctEvents;
    this.lateOnes = new Marker(shares.late(), new Random(seeds.nextLong()));
    this.delays = new Random(seeds.nextLong());
    this.copiedOnes = new Marker(shares.duplicates(), new Random(seeds.nextLong()));
    this.distances = new Random(seeds.nextLong());
    this.spoiledOnes = new Marker(shares.malformed(), new Random(seeds.nextLong()));
    this.malformed = new MalformedRecords(new Random(seeds.nextLong()));
  }

  /**
   * As {@link #from}, so that the last event happens at about a time: none is ahead of it.
   *
   * @param end after the last event
   */
  public static Traffic until(
      Instant end, Duration step, long seed, Shares shares, long distinctEvents) {
    Instant start = Timetable.startOfDaily(end, distinctEvents, step);
    return from(start, step, seed, shares, distinctEvents);
  }

  /**
   * Events from a start on, one a step in the mean, more by day and fewer by night.
   *
   * @param distinctEvents how many, or {@link #ENDLESS}; copies and malformed records come on top
   */
  public static Traffic from(
      Instant start, Duration step, long seed, Shares shares, long distinctEvents) {
    return new Traffic(
        seed,
        Timetable.daily(start, step),
        idPrefix(seed + " " + start + " " + step),
        shares,
        distinctEvents);
  }

  /** Events that happen when they are sent: from a start on, evenly, so many a second. */
  public static Traffic live(
      Instant start, double perSecond, long seed, Shares shares, long distinctEvents) {
    return new Traffic(
        seed,
        Timetable.even(start, perSecond),
        idPrefix(seed + " " + start + " live " + perSecond),
        shares,
        distinctEvents);
  }

  /** Ids of other seeds and starts are others: the same id would be the same event. */
  private static String idPrefix(String source) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));
      return "e-" + HexFormat.of().formatHex(hash, 0, 6) + "-";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  @Override
  public boolean hasNext() {
    return events < distinctEvents || !ready.isEmpty() || !farCopies.isEmpty();
  }

  @Override
  public Outgoing next() {
    if (ready.isEmpty()) {
      if (events < distinctEvents) {
        readyNextEvent();
      } else if (!farCopies.isEmpty()) {
        ready.add(farCopies.remove().record());
      } else {
        throw new NoSuchElementException("All " + distinctEvents + " events were taken");
      }
    }
    return ready.remove();
  }

  /** What is to be sent up to so many distinct events, the rest of which stays here. */
  public Iterator<Outgoing> first(long distinct) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return Traffic.this.hasNext() && (events < distinct || !ready.isEmpty());
      }

      @Override
      public Outgoing next() {
        if (!hasNext()) {
          throw new NoSuchElementException("All of " + distinct + " events were taken");
        }
        return Traffic.this.next();
      }
    };
  }

  private void readyNextEvent() {
    while (!farCopies.isEmpty() && farCopies.element().due() <= events) {
      ready.add(farCopies.remove().record());
    }
    Event event = visitors.next();
    if (spoiledOnes.next()) {
      ready.add(malformed.next(event));
    }
    Outgoing record =
        lateOnes.next()
            ? Outgoing.of(Kind.LATE, Lateness.delayed(event, delays))
            : Outgoing.of(Kind.EVENT, event);
    ready.add(record);
    if (copiedOnes.next()) {
      if (nextCopyIsFar) {
        long distance = NEAREST_FAR_COPY + distances.nextInt(FAR_COPY_SPREAD);
        farCopies.add(new FarCopy(events + distance, events, record.copy()));
      } else {
        ready.add(record.copy());
      }
      nextCopyIsFar = !nextCopyIsFar;
    }
    events++;
  }
}
