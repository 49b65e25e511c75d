package dev.anabranch.kappa;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.Generation;
import dev.anabranch.lakehouse.lake.GenerationLedger;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.StatusDocument;
import dev.anabranch.speed.StreamSessions;
import dev.anabranch.speed.StreamStatus;
import dev.anabranch.speed.WarmUp;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the active generation, and beside it the one that is being built; when that one is no longer
 * behind, readers are switched to it, the old one stops, and its files go a while later.
 */
final class Generations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Generations.class);
  private static final Duration STATUS_EVERY = Duration.ofSeconds(1);

  /** Readers that were in the middle of an old table have ended by then. */
  private static final Duration KEEP_DROPPED = Duration.ofMinutes(2);

  private final Settings settings;
  private final Clock clock;
  private final Storage storage;
  private final LakeLayout lake;
  private final SparkSession spark;
  private final GenerationLedger ledger;
  private final Map<Long, Running> running = new TreeMap<>();
  private final Map<Long, Instant> dropped = new TreeMap<>();

  /** Generations that readers may see but that go on no more, and where they stand. */
  private final Map<Long, Offsets> standing = new TreeMap<>();

  private Instant statusWritten = Instant.EPOCH;

  private record Running(KappaStream stream, StreamingQuery query) {}

  private Generations(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.storage = Storage.of(settings.lake());
    storage.requireSafeCommits(settings.lake().uri());
    this.lake = new LakeLayout(settings.lake().uri());
    this.spark = StreamSessions.start(settings, "kappa");
    this.ledger = GenerationLedger.open(storage, lake, clock);
  }

  /** Starts Spark and the generations that the ledger names. */
  static Generations start(Settings settings, Clock clock) throws TimeoutException {
    Generations generations = new Generations(settings, clock);
    WarmUp.of(
        "kappa",
        settings,
        clock,
        (other, scratch) -> KappaStream.open(generations.spark, other, scratch, clock, 1));
    generations.ledger.first();
    generations.tick();
    return generations;
  }

  /** One look at the ledger and at the streams; to be called several times a second. */
  void tick() throws TimeoutException {
    try {
      ledger.refresh();
    } catch (PlatformException e) {
      // The store is away for a moment, and what the ledger said goes on until it is back.
      LOG.warn("{}", e.getMessage());
    }
    for (Generation generation : ledger.all()) {
      if (generation.state() == Generation.State.DROPPED) {
        drop(generation.number());
      } else if (!running.containsKey(generation.number())
          && !standing.containsKey(generation.number())) {
        run(generation);
      }
    }
    running.values().forEach(Generations::requireAlive);
    switchWhenLevel();
    if (Duration.between(statusWritten, clock.instant()).compareTo(STATUS_EVERY) >= 0) {
      writeStatus();
      statusWritten = clock.instant();
    }
  }

  private void run(Generation generation) throws TimeoutException {
    if (KappaStream.lostItsState(spark, settings, storage, generation.number())) {
      replace(generation);
      return;
    }
    KappaStream stream = KappaStream.open(spark, settings, storage, clock, generation.number());
    StreamingQuery query =
        stream.start(Trigger.ProcessingTime(settings.kappa().triggerInterval().toMillis()));
    running.put(generation.number(), new Running(stream, query));
    LOG.info("Generation {} runs from epoch {}", generation.number(), stream.last().epoch());
  }

  /** A generation does not know any more what it has seen: another one reads the log anew. */
  private void replace(Generation lost) {
    LOG.warn(
        "Generation {} does not know any more what it has seen: a new one reads the log anew",
        lost.number());
    if (lost.state() == Generation.State.BUILDING) {
      ledger.giveUp(lost);
    } else {
      standing.put(lost.number(), KappaStream.end(storage, lake, lost.number()));
    }
    ledger.request();
  }

  /**
   * Switches readers to the generation that was built, where it has read all that the old one has:
   * the old one stops before that is decided, so that it commits nothing more.
   */
  private void switchWhenLevel() throws TimeoutException {
    Optional<Running> built = ledger.building().map(next -> running.get(next.number()));
    if (built.isEmpty()) {
      return;
    }
    KappaStream stream = built.get().stream();
    Optional<Generation> old = ledger.active();
    if (old.isPresent()) {
      if (!stream.last().until().reaches(end(old.get()))) {
        return;
      }
      stop(old.get());
      if (!stream.last().until().reaches(end(old.get()))) {
        return;
      }
    }
    ledger.switchTo(ledger.building().orElseThrow());
    LOG.info("Generation {} is level with the old one: readers switch", stream.generation());
  }

  private Offsets end(Generation generation) {
    Running runs = running.get(generation.number());
    return runs != null ? runs.stream().last().until() : standing.get(generation.number());
  }

  private void stop(Generation old) throws TimeoutException {
    Running runs = running.remove(old.number());
    if (runs != null) {
      runs.stream().stop(runs.query());
      standing.put(old.number(), runs.stream().last().until());
    }
  }

  private void drop(long generation) throws TimeoutException {
    Running old = running.remove(generation);
    if (old != null) {
      old.stream().stop(old.query());
    }
    Instant since = dropped.computeIfAbsent(generation, g -> clock.instant());
    if (since.equals(Instant.MAX)
        || Duration.between(since, clock.instant()).compareTo(KEEP_DROPPED) < 0) {
      return;
    }
    try {
      delete(lake.kappaTiles(generation));
      delete(lake.checkpoint("kappa-" + generation));
      dropped.put(generation, Instant.MAX);
    } catch (IOException e) {
      LOG.warn("Files of generation {} are not deleted yet: {}", generation, e.toString());
    }
  }

  private void delete(Path folder) throws IOException {
    storage.fileSystem(folder).delete(folder, true);
  }

  private static void requireAlive(Running running) {
    if (!running.query().isActive()) {
      String reason =
          running.query().exception().isDefined()
              ? running.query().exception().get().getMessage()
              : "it ended by itself";
      throw new IllegalStateException(
          "Generation %d stopped: %s".formatted(running.stream().generation(), reason));
    }
  }

  private void writeStatus() {
    Optional<Running> active = ledger.active().map(generation -> running.get(generation.number()));
    if (active.isEmpty()) {
      return;
    }
    KappaStream stream = active.get().stream();
    ObjectNode status =
        StreamStatus.of(
            "kappa", stream.last(), active.get().query(), stream.stateRows(), clock.instant());
    status.put("generation", stream.generation());
    status.put("watermark_delay", settings.kappa().watermarkDelay().toString());
    StatusDocument.tryToWrite(storage, lake.status("kappa"), status);
  }

  @Override
  public void close() throws TimeoutException {
    for (Running each : running.values()) {
      each.stream().stop(each.query());
    }
    spark.stop();
  }
}
