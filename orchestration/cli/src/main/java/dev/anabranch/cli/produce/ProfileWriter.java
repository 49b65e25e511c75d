package dev.anabranch.cli.produce;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.cli.send.SentListener;
import dev.anabranch.cli.send.Worker;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.postgresql.Database;
import dev.anabranch.lakehouse.postgresql.LeadProfiles;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the profile of each lead that is sent, once, into {@code lead_profiles}. It writes in a
 * thread of its own, so that a slow database does not slow down what is sent.
 */
public final class ProfileWriter implements SentListener, AutoCloseable {

  private static final int MOST_AT_ONCE = 5_000;

  private final Database database;
  private final LeadProfiles table;
  private final long seed;
  private final Set<String> seen = new HashSet<>();
  private final LinkedBlockingQueue<LeadProfile> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closing;
  private volatile RuntimeException failure;
  private final AtomicLong written = new AtomicLong();

  private ProfileWriter(Database database, long seed) {
    this.database = database;
    this.table = new LeadProfiles(database);
    this.seed = seed;
    this.thread = new Thread(this::write, "profiles");
  }

  /**
   * Begins to write.
   *
   * @throws PlatformException the database is away or refuses
   */
  public static ProfileWriter start(Settings.Postgresql settings, long seed) {
    ProfileWriter writer = new ProfileWriter(Database.open(settings), seed);
    writer.thread.start();
    return writer;
  }

  @Override
  public void sent(Outgoing record, int partition, long offset) {
    record.event().ifPresent(this::add);
  }

  /** Writes the profile of an event's lead, unless this has done so. */
  public void add(Event event) {
    if (seen.add(event.leadId())) {
      draw(event);
    }
  }

  private void draw(Event first) {
    Instant at = Instant.EPOCH.plus(first.eventTimeMicros(), ChronoUnit.MICROS);
    DrawnProfile.of(seed, first.leadId(), at).ifPresent(queue::add);
  }

  private void write() {
    try {
      List<LeadProfile> next = new ArrayList<>();
      while (!closing || !queue.isEmpty()) {
        LeadProfile first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          next.add(first);
          queue.drainTo(next, MOST_AT_ONCE);
          table.put(next);
          written.addAndGet(next.size());
          next.clear();
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many profiles the database has got from this. */
  public long written() {
    return written.get();
  }

  /**
   * Returns when all are written.
   *
   * @throws CommandFailure some could not be
   */
  @Override
  public void close() {
    closing = true;
    Worker.awaitEnd(thread, database::close);
    if (failure != null) {
      throw CommandFailure.failed(
          "%d profiles of leads were written, the others not: %s Every event was sent; a lead without a profile is scored too."
              .formatted(written.get(), failure.getMessage()),
          failure);
    }
  }
}
