package dev.anabranch.scoring;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.lead.ProfileSnapshot;
import dev.anabranch.lakehouse.postgresql.Database;
import dev.anabranch.lakehouse.postgresql.LeadProfiles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The profiles of leads, read anew on a period beside the stream, and broadcast. While PostgreSQL
 * is away the last snapshot stays; before the first one, leads are scored without profiles.
 */
final class Profiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Profiles.class);

  /** The first snapshot is waited for, so that a start does not score everybody without. */
  private static final Duration FIRST = Duration.ofSeconds(20);

  private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(1);

  private final JavaSparkContext spark;
  private final Settings.Postgresql postgresql;
  private final Duration every;
  private final Clock clock;
  private final Thread reader = new Thread(this::readOnAndOn, "lead-profiles");
  private volatile State state;

  /**
   * What is known.
   *
   * @param readAt empty: never
   * @param failure why the last reading failed; empty: it did not
   */
  record State(
      Broadcast<ProfileSnapshot> snapshot,
      int count,
      Optional<Instant> readAt,
      Optional<String> failure) {}

  Profiles(SparkSession spark, Settings settings, Clock clock) {
    this.spark = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.postgresql = settings.postgresql();
    this.every = settings.scoring().profilesEvery();
    this.clock = clock;
    this.state =
        new State(
            this.spark.broadcast(ProfileSnapshot.EMPTY), 0, Optional.empty(), Optional.empty());
  }

  /** Begins to read, where a database is named. */
  void start() throws InterruptedException {
    if (postgresql.url().isEmpty()) {
      return;
    }
    reader.setDaemon(true);
    reader.start();
    Instant end = clock.instant().plus(FIRST);
    synchronized (this) {
      while (state.readAt().isEmpty() && clock.instant().isBefore(end)) {
        wait(100);
      }
    }
  }

  State state() {
    return state;
  }

  private void readOnAndOn() {
    try {
      while (true) {
        try (Database database = Database.open(postgresql)) {
          LeadProfiles profiles = new LeadProfiles(database);
          while (true) {
            take(profiles.read());
            Thread.sleep(every.toMillis());
          }
        } catch (RuntimeException e) {
          // Whatever it was: without this thread nobody would read profiles any more.
          String reason = String.valueOf(e.getMessage());
          if (!state.failure().equals(Optional.of(reason))) {
            LOG.warn("Profiles stay as they were: {}", reason);
          }
          failed(reason);
          Thread.sleep(Math.min(TRY_AGAIN_AFTER.toMillis(), every.toMillis()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void take(ProfileSnapshot snapshot) {
    Broadcast<ProfileSnapshot> before = state.snapshot();
    state =
        new State(
            spark.broadcast(snapshot),
            snapshot.size(),
            Optional.of(clock.instant()),
            Optional.empty());
    // An epoch that still uses it gets it again from the driver.
    before.unpersist(false);
    notifyAll();
  }

  private synchronized void failed(String reason) {
    state = new State(state.snapshot(), state.count(), state.readAt(), Optional.of(reason));
    notifyAll();
  }

  @Override
  public void close() {
    reader.interrupt();
  }
}
