package dev.anabranch.kappa;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Generation;
import dev.anabranch.lakehouse.lake.GenerationLedger;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.NewestEpoch;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.spark.TestKafka;
import dev.anabranch.lakehouse.view.TestEvents;
import dev.anabranch.speed.StreamSessions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations over a real log: readers that follow the ledger never go back. */
class GenerationsTest {
  private static final int EVENTS = 60;

  /** Fewer than a generation reads in the time of a look, so that the new one comes level. */
  private static final int A_FEW = 4;

  @TempDir static Path kafkaFolder;
  private static TestKafka kafka;
  private static int topics;

  @TempDir Path folder;
  private final Storage storage = Storage.local();
  private String topic;
  private Settings settings;
  private LakeLayout lake;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestKafka.start(kafkaFolder.resolve("kafka"));
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @BeforeEach
  void open() throws Exception {
    topic = "generations-" + topics++;
    kafka.create(topic, 2);
    settings =
        Settings.load(
            Optional.empty(),
            Map.of(),
            ConfigFactory.parseMap(
                Map.of(
                    "lake.uri",
                    folder.resolve("lake").toUri().toString(),
                    "kafka.bootstrap_servers",
                    kafka.bootstrapServers(),
                    "kafka.topic",
                    topic,
                    "kappa.trigger_interval",
                    "20ms",
                    // A new generation takes several epochs to read what the old one holds.
                    "kappa.max_records_per_epoch",
                    20)));
    lake = new LakeLayout(settings.lake().uri());
  }

  @Test
  void anActiveGenerationThatLostItsCheckpointIsFollowedByOneThatHasReadAsFar() throws Exception {
    send(1, EVENTS);
    try (Generations generations = Generations.start(settings, Clock.systemUTC())) {
      tickUntil(generations, () -> end(1).since(Offsets.NONE) == EVENTS);
    }
    delete(Path.of(lake.checkpoint("kappa-1").toUri()));
    followTo(2);
  }

  @Test
  void oneThatIsBuiltWhileEventsComeTakesOverWhereTheOldOneStopped() throws Exception {
    send(2, EVENTS);
    try (Generations generations = Generations.start(settings, Clock.systemUTC())) {
      tickUntil(generations, () -> end(1).since(Offsets.NONE) == EVENTS);
      ledger().request();
      GenerationLedger ledger = ledger();
      Offsets seen = end(1);
      for (int sent = 3; active(ledger) == 1; sent++) {
        send(sent, A_FEW);
        generations.tick();
        Offsets now = end(active(ledger));
        assertThat(now.reaches(seen)).as("%s after %s", now, seen).isTrue();
        seen = now;
      }
      assertThat(end(2).reaches(end(1))).isTrue();
    }
  }

  @Test
  void oneThatLostItsCheckpointWhileItWasBuiltIsReplaced() throws Exception {
    send(4, EVENTS);
    try (Generations generations = Generations.start(settings, Clock.systemUTC())) {
      tickUntil(generations, () -> end(1).since(Offsets.NONE) == EVENTS);
    }
    ledger().request();
    SparkSession spark = StreamSessions.start(settings.spark(), "test");
    try {
      KappaStream second = KappaStream.open(spark, settings, storage, Clock.systemUTC(), 2);
      StreamingQuery query = second.start(Trigger.AvailableNow());
      query.awaitTermination();
      second.stop(query);
    } finally {
      spark.stop();
    }
    delete(Path.of(lake.checkpoint("kappa-2").toUri()));
    followTo(3);
    assertThat(ledger().all()).contains(new Generation(2, Generation.State.DROPPED));
  }

  /** Readers hold what the active generation holds, and that never becomes less. */
  private void followTo(long generation) throws Exception {
    GenerationLedger ledger = ledger();
    Offsets before = end(1);
    try (Generations generations = Generations.start(settings, Clock.systemUTC())) {
      tickUntil(
          generations,
          () -> {
            Offsets now = end(active(ledger));
            assertThat(now.reaches(before)).as("%s after %s", now, before).isTrue();
            return active(ledger) == generation;
          });
    }
  }

  private static void tickUntil(Generations generations, BooleanSupplier condition) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .pollInSameThread()
        .until(
            () -> {
              generations.tick();
              return condition.getAsBoolean();
            });
  }

  private GenerationLedger ledger() {
    return GenerationLedger.open(storage, lake, Clock.systemUTC());
  }

  private static long active(GenerationLedger ledger) {
    ledger.refresh();
    return ledger.active().orElseThrow().number();
  }

  private Offsets end(long generation) {
    TableTail tail = new TableTail(storage, lake.kappaTiles(generation));
    tail.poll();
    return NewestEpoch.of(storage, tail, "kappa-" + generation)
        .map(EpochHeader::until)
        .orElse(Offsets.NONE);
  }

  private void send(long seed, int count) throws Exception {
    List<Event> events = TestEvents.random(seed, count);
    for (int i = 0; i < events.size(); i++) {
      kafka.send(topic, i % 2, EventJson.write(events.get(i))).get();
    }
  }

  private static void delete(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
