package dev.anabranch.scoring;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ScoringMinute;
import dev.anabranch.lakehouse.lake.ScoringMinutes;
import dev.anabranch.lakehouse.lake.StatusDocument;
import dev.anabranch.speed.StreamSessions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scoring stream and what goes on around it: the champion is followed, hot leads are handed
 * over, minutes are written. The stream begins once there is a model: until then events wait in the
 * log, at the stream's position.
 */
final class Scoring implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scoring.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Settings settings;
  private final Clock clock;
  private final Storage storage;
  private final LakeLayout lake;
  private final SparkSession spark;
  private final Champions champions;
  private final Profiles profiles;
  private final MinuteMeter meter;
  private final ScoringMinutes minutes;
  private final ScoringStream stream;
  private final List<HotLeadRelay> relays = new ArrayList<>();
  private Optional<StreamingQuery> query = Optional.empty();
  private Instant looked = Instant.EPOCH;

  private Scoring(Settings settings, Clock clock, SparkSession spark) {
    this.settings = settings;
    this.clock = clock;
    this.spark = spark;
    this.storage = Storage.of(settings.lake());
    storage.requireSafeCommits(settings.lake().uri());
    this.lake = new LakeLayout(settings.lake().uri());
    this.champions = new Champions(storage, lake, clock);
    this.profiles = new Profiles(spark, settings, clock);
    this.meter = new MinuteMeter(clock);
    this.minutes = ScoringMinutes.open(storage, lake, clock);
    this.stream = ScoringStream.open(spark, settings, storage, clock, champions, profiles, meter);
    relays.add(
        new HotLeadRelay(
            "kafka",
            stream.hotLog(),
            () -> stream.last().epoch(),
            () -> new KafkaHotLeads(settings.kafka(), settings.scoring().hotTopic())));
    if (settings.postgresql().url().isPresent()) {
      relays.add(
          new HotLeadRelay(
              "postgresql",
              stream.hotLog(),
              () -> stream.last().epoch(),
              () -> new PostgresqlHotLeads(settings.postgresql())));
    }
  }

  /** Starts Spark and all that does not need a model. */
  static Scoring start(Settings settings, Clock clock)
      throws TimeoutException, InterruptedException {
    return start(settings, clock, StreamSessions.start(settings, "scoring"));
  }

  /** The same in a Spark that runs already. */
  static Scoring start(Settings settings, Clock clock, SparkSession spark)
      throws TimeoutException, InterruptedException {
    Scoring scoring = new Scoring(settings, clock, spark);
    scoring.profiles.start();
    scoring.relays.forEach(HotLeadRelay::start);
    scoring.tick();
    return scoring;
  }

  /** To be called several times a second. */
  void tick() throws TimeoutException {
    Instant now = clock.instant();
    if (Duration.between(looked, now).compareTo(EVERY) < 0) {
      return;
    }
    looked = now;
    champions.tick();
    if (query.isEmpty() && champions.current().isPresent()) {
      query =
          Optional.of(
              stream.start(
                  Trigger.ProcessingTime(settings.scoring().triggerInterval().toMillis())));
    }
    if (query.isPresent()) {
      requireAlive(query.get());
    }
    writeMinutes();
    StatusDocument.tryToWrite(storage, lake.status("scoring"), status());
  }

  private static void requireAlive(StreamingQuery query) {
    if (!query.isActive()) {
      String reason =
          query.exception().isDefined()
              ? query.exception().get().getMessage()
              : "it ended by itself";
      throw new IllegalStateException("The scoring stream stopped: " + reason);
    }
  }

  private void writeMinutes() {
    for (ScoringMinute minute : meter.take()) {
      try {
        minutes.add(minute);
      } catch (PlatformException e) {
        LOG.warn("The figures of {} are not written: {}", minute.minute(), e.getMessage());
      }
    }
  }

  private ObjectNode status() {
    return ScoringStatus.of(stream, query, champions, profiles.state(), relays, meter, clock);
  }

  ScoringStream stream() {
    return stream;
  }

  @Override
  public void close() throws TimeoutException {
    if (query.isPresent()) {
      stream.stop(query.get());
    }
    relays.forEach(HotLeadRelay::close);
    profiles.close();
    champions.close();
    writeMinutes();
  }

  /** Ends Spark too. */
  void closeAll() throws TimeoutException {
    close();
    spark.stop();
  }
}
