package dev.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.kappa.KappaStream;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.spark.TestKafka;
import dev.anabranch.lakehouse.view.TestEvents;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both streams through a random history: records in any split, copies and refused ones among them,
 * deaths between an epoch and Spark's note of it, lost checkpoints. Each epoch of the speed layer
 * holds its own range of the log, without copies inside; Kappa holds every event below its end
 * once.
 */
class StreamHistoryTest {
  private static final int PARTITIONS = 3;
  private static final int ROUNDS = 16;

  @TempDir static Path kafkaFolder;
  private static TestKafka kafka;
  private static SparkSession spark;

  @TempDir Path folder;
  private final Storage storage = Storage.local();
  private final List<Sent> log = new ArrayList<>();
  private Settings settings;
  private LakeLayout lake;

  /** A record, and the event in it where it is not refused. */
  private record Sent(int partition, long offset, Optional<Event> event) {}

  @BeforeAll
  static void start() throws Exception {
    kafka = TestKafka.start(kafkaFolder.resolve("kafka"));
    spark = StreamSessions.start(new Settings.Spark("local[2]"), "test");
  }

  @AfterAll
  static void stop() {
    spark.stop();
    kafka.close();
  }

  @Test
  void epochsHoldTheRangesThatTheyName() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    kafka.create("history", PARTITIONS);
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
                    "history",
                    "speed.max_records_per_epoch",
                    25,
                    "kappa.max_records_per_epoch",
                    25,
                    "kappa.compact_every",
                    3)));
    lake = new LakeLayout(settings.lake().uri());
    // All events lie within Kappa's delay: the order does not make any of them late.
    List<Event> events = TestEvents.random(seed, 400);
    for (int round = 0; round < ROUNDS; round++) {
      send(random, events);
      if (random.nextInt(3) > 0) {
        run(SpeedStream.open(spark, settings, storage, Clock.systemUTC()));
      }
      if (random.nextInt(3) > 0) {
        run(KappaStream.open(spark, settings, storage, Clock.systemUTC(), 1));
      }
      befall(random);
      check("seed %d, round %d".formatted(seed, round));
    }
  }

  private void run(EpochStream stream) throws Exception {
    StreamingQuery query = stream.start(Trigger.AvailableNow());
    query.awaitTermination();
    stream.stop(query);
  }

  private void send(Random random, List<Event> events) throws Exception {
    for (int count = random.nextInt(50); count > 0; count--) {
      // The same event may come again at any time, in any partition.
      Event event = events.get(random.nextInt(events.size()));
      boolean refused = random.nextInt(8) == 0;
      byte[] value = refused ? "{".getBytes(StandardCharsets.UTF_8) : EventJson.write(event);
      RecordMetadata sent = kafka.send("history", random.nextInt(PARTITIONS), value).get();
      log.add(
          new Sent(
              sent.partition(), sent.offset(), refused ? Optional.empty() : Optional.of(event)));
    }
  }

  private void befall(Random random) throws Exception {
    Path speed = Path.of(lake.checkpoint("speed").toUri());
    Path kappa = Path.of(lake.checkpoint("kappa-1").toUri());
    switch (random.nextInt(6)) {
      case 0 -> deleteLast(speed.resolve("commits"));
      case 1 -> deleteLast(kappa.resolve("commits"));
      case 2 -> {
        deleteLast(speed.resolve("commits"));
        deleteLast(speed.resolve("offsets"));
      }
      case 3 -> Files.deleteIfExists(speed.resolve("start.json"));
      default -> {
        // Nothing this time.
      }
    }
  }

  private void check(String when) {
    Offsets end = Offsets.NONE;
    for (TileFiles.EpochFile epoch : epochs(lake.speedTiles())) {
      EpochHeader header = epoch.header();
      assertThat(header.from().byPartition()).as(when).containsAllEntriesOf(end.byPartition());
      assertHolds(when, List.of(epoch), between(header.from(), header.until()));
      end = header.until();
    }
    List<TileFiles.EpochFile> kappa = new ArrayList<>();
    for (TileFiles.EpochFile epoch : epochs(lake.kappaTiles(1))) {
      kappa.add(epoch);
      assertThat(epoch.header().lateTotal()).as(when).isZero();
      assertHolds(when, kappa, between(Offsets.NONE, epoch.header().until()));
    }
  }

  private List<TileFiles.EpochFile> epochs(org.apache.hadoop.fs.Path table) {
    TableTail tail = new TableTail(storage, table);
    tail.poll();
    return tail.files().stream()
        .map(file -> TileFiles.read(storage, file, Views.ALL))
        .sorted(Comparator.comparing(file -> file.header().epoch()))
        .toList();
  }

  /** The distinct events of a range. */
  private List<Event> between(Offsets from, Offsets until) {
    Map<String, Event> distinct = new LinkedHashMap<>();
    for (Sent sent : log) {
      if (!from.covers(sent.partition(), sent.offset())
          && until.covers(sent.partition(), sent.offset())) {
        sent.event().ifPresent(event -> distinct.put(event.eventId(), event));
      }
    }
    return List.copyOf(distinct.values());
  }

  private static void assertHolds(
      String when, List<TileFiles.EpochFile> epochs, List<Event> events) {
    for (View view : Views.ALL) {
      Tiles merged =
          Tiles.merge(view, epochs.stream().map(epoch -> epoch.tiles().get(view.name())).toList());
      assertThat(TestEvents.rows(view, merged))
          .as(when)
          .isEqualTo(TestEvents.rows(view, TestEvents.tiles(view, events)));
    }
  }

  /** The file with the highest number, if there is any. */
  private static void deleteLast(Path folder) throws Exception {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      Optional<Path> last =
          files
              .filter(file -> file.getFileName().toString().matches("[0-9]+"))
              .max(Comparator.comparing(file -> Long.valueOf(file.getFileName().toString())));
      if (last.isPresent()) {
        Files.delete(last.get());
      }
    }
  }
}
