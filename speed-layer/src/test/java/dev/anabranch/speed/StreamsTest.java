package dev.anabranch.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.kappa.KappaStream;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.QuarantineFiles;
import dev.anabranch.lakehouse.lake.RefusedRecord;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.spark.TestKafka;
import dev.anabranch.lakehouse.view.TestEvents;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both streams on a real log and real tables: what they make of the same records. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamsTest {
  private static final Trigger ALL_THERE_IS = Trigger.AvailableNow();
  private static final long MINUTE = 60_000_000L;
  private static final long START = 1_700_000_040_000_000L;
  private static final int PARTITIONS = 3;

  @TempDir static java.nio.file.Path kafkaFolder;
  private TestKafka kafka;
  private SparkSession spark;
  private Storage storage;
  private int topics;

  @TempDir java.nio.file.Path folder;
  private String topic;
  private Settings settings;
  private LakeLayout lake;
  private LakeFiles files;

  @BeforeAll
  void start() throws Exception {
    Settings anyLake = settings(lakeSettings(kafkaFolder), "none:1", "none");
    kafka = TestKafka.start(kafkaFolder.resolve("kafka-" + getClass().getSimpleName()));
    spark = StreamSessions.start(anyLake, "test");
    storage = Storage.of(anyLake.lake());
  }

  @AfterAll
  void stop() {
    if (kafka != null) {
      spark.stop();
      kafka.close();
    }
  }

  /** Settings of a new lake, which may be in that folder. */
  Map<String, String> lakeSettings(java.nio.file.Path mayBeIn) throws Exception {
    return Map.of("lake.uri", mayBeIn.resolve("lake").toUri().toString());
  }

  private static Settings settings(Map<String, String> lake, String kafka, String topic) {
    Map<String, Object> flags = new HashMap<>(lake);
    flags.put("kafka.bootstrap_servers", kafka);
    flags.put("kafka.topic", topic);
    flags.put("kappa.compact_every", 2);
    return Settings.load(Optional.empty(), Map.of(), ConfigFactory.parseMap(flags));
  }

  @BeforeEach
  void open() throws Exception {
    topic = "events-" + topics++;
    kafka.create(topic, PARTITIONS);
    settings = settings(lakeSettings(folder), kafka.bootstrapServers(), topic);
    lake = new LakeLayout(settings.lake().uri());
    files = new LakeFiles(storage);
  }

  @Test
  void eventsInOrderGiveTheSameViewsThroughBothStreams() throws Exception {
    List<Event> events = inOrder(7, 600);
    for (int from = 0; from < events.size(); from += 200) {
      send(events.subList(from, from + 200));
      speed();
      kappa();
    }
    assertViews(lake.speedTiles(), events);
    assertViews(lake.kappaTiles(1), events);
    assertThat(kappaHeader().lateTotal()).isZero();
  }

  @Test
  void speedRemovesCopiesInsideAnEpochAndKappaAcrossEpochsToo() throws Exception {
    List<Event> events = inOrder(8, 300);
    send(events);
    sendAcrossPartitions(events.subList(0, 50));
    speed();
    kappa();
    sendAcrossPartitions(events.subList(270, 300));
    speed();
    kappa();
    assertThat(speedHeader().duplicatesTotal()).isEqualTo(50);
    assertThat(speedHeader().acceptedTotal()).isEqualTo(330);
    assertThat(kappaHeader().duplicatesTotal()).isEqualTo(80);
    assertViews(lake.kappaTiles(1), events);
  }

  @Test
  void whatKappaDropsAndWhatItCountsAddUp() throws Exception {
    List<Event> events = new ArrayList<>(TestEvents.random(9, 400));
    List<Event> hoursLater =
        events.stream().map(event -> at(event, event.eventTimeMicros() + 240 * MINUTE)).toList();
    send(hoursLater.subList(0, 200));
    kappa();
    send(events.subList(200, 300));
    send(events.subList(200, 300));
    kappa();
    EpochHeader header = kappaHeader();
    assertThat(header.acceptedTotal()).isEqualTo(200);
    assertThat(header.lateTotal()).isEqualTo(200);
    assertViews(lake.kappaTiles(1), hoursLater.subList(0, 200));
  }

  @Test
  void anEpochThatIsDoneAgainChangesNothing() throws Exception {
    List<Event> events = inOrder(10, 200);
    send(events.subList(0, 100));
    sendBytes("{bad");
    speed();
    kappa();
    send(events.subList(100, 200));
    sendBytes("[]");
    speed();
    kappa();
    for (String stream : List.of("speed", "kappa-1")) {
      files.deleteLast(new Path(lake.checkpoint(stream), "commits"));
    }
    speed();
    kappa();
    assertViews(lake.speedTiles(), events);
    assertViews(lake.kappaTiles(1), events);
    assertThat(refused()).hasSize(2);
  }

  @Test
  void aStreamThatDiedBeforeItsCommitDoesTheEpochAgain() throws Exception {
    List<Event> events = inOrder(11, 200);
    send(events.subList(0, 100));
    speed();
    kappa();
    send(events.subList(100, 200));
    sendBytes("{bad");
    speed();
    kappa();
    for (String stream : List.of("speed", "kappa-1")) {
      files.deleteLast(new Path(lake.checkpoint(stream), "commits"));
    }
    // The state and the quarantine have the epoch, the tiles do not: as after a kill in between.
    files.deleteLast(new Path(lake.speedTiles(), "_delta_log"));
    files.deleteLast(new Path(lake.kappaTiles(1), "_delta_log"));
    speed();
    kappa();
    assertViews(lake.speedTiles(), events);
    assertViews(lake.kappaTiles(1), events);
    assertThat(refused()).hasSize(1);
  }

  /** What a power cut may do to a checkpoint, whose files are not synced. */
  private enum Damage {
    ALL_IS_GONE {
      @Override
      void to(LakeFiles files, Path checkpoint) throws Exception {
        files.delete(checkpoint);
      }
    },
    START_IS_GONE {
      @Override
      void to(LakeFiles files, Path checkpoint) throws Exception {
        files.delete(new Path(checkpoint, "start.json"));
      }
    },
    START_IS_EMPTY {
      @Override
      void to(LakeFiles files, Path checkpoint) throws Exception {
        files.write(new Path(checkpoint, "start.json"), "");
      }
    },
    START_IS_CUT_OFF {
      @Override
      void to(LakeFiles files, Path checkpoint) throws Exception {
        files.write(new Path(checkpoint, "start.json"), "{\"first_epoch\":1,\"from_of");
      }
    },
    THE_LAST_OFFSETS_ARE_GONE {
      @Override
      void to(LakeFiles files, Path checkpoint) throws Exception {
        files.deleteLast(new Path(checkpoint, "offsets"));
        files.deleteLast(new Path(checkpoint, "commits"));
      }
    },
    THE_LAST_OFFSETS_ARE_EMPTY {
      @Override
      void to(LakeFiles files, Path checkpoint) throws Exception {
        files.write(new Path(checkpoint, "offsets/1"), "");
      }
    },
    THE_LAST_COMMIT_IS_EMPTY {
      @Override
      void to(LakeFiles files, Path checkpoint) throws Exception {
        files.write(new Path(checkpoint, "commits/1"), "");
      }
    },
    ALL_BUT_START_IS_GONE {
      @Override
      void to(LakeFiles files, Path checkpoint) throws Exception {
        for (String folder : List.of("offsets", "commits", "sources")) {
          files.delete(new Path(checkpoint, folder));
        }
      }
    };

    abstract void to(LakeFiles files, Path checkpoint) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedCheckpointOfTheSpeedLayerLosesAndDoublesNothing(Damage damage) throws Exception {
    List<Event> events = inOrder(12, 200);
    send(events.subList(0, 50));
    speed();
    send(events.subList(50, 100));
    sendBytes("{bad");
    speed();
    damage.to(files, lake.checkpoint("speed"));
    send(events.subList(100, 150));
    sendBytes("[]");
    speed();
    send(events.subList(150, 200));
    speed();
    assertViews(lake.speedTiles(), events);
    assertThat(refused()).hasSize(2);
    assertThat(speedHeader().until().since(Offsets.NONE)).isEqualTo(202);
  }

  @Test
  void aCheckpointThatChangesUnderAStreamStopsIt() throws Exception {
    send(inOrder(18, 50));
    speed();
    send(inOrder(19, 50));
    speed();
    SpeedStream stream = SpeedStream.open(spark, settings, storage, Clock.systemUTC());
    send(inOrder(20, 50));
    Damage.THE_LAST_OFFSETS_ARE_GONE.to(files, lake.checkpoint("speed"));
    StreamingQuery query = stream.start(ALL_THERE_IS);
    assertThatThrownBy(query::awaitTermination).hasMessageContaining("lost or counted twice");
    assertThat(speedHeader().until().since(Offsets.NONE)).isEqualTo(100);
    // And the next start mends it.
    speed();
    assertThat(speedHeader().until().since(Offsets.NONE)).isEqualTo(150);
  }

  @ParameterizedTest
  @EnumSource
  void aGenerationWithADamagedCheckpointIsNotGoneOnWith(Damage damage) throws Exception {
    send(inOrder(14, 50));
    kappa();
    send(inOrder(15, 50));
    kappa();
    assertThat(lostItsState()).isFalse();
    damage.to(files, lake.checkpoint("kappa-1"));
    assertThat(lostItsState()).isTrue();
    assertThatThrownBy(this::kappa).hasMessageContaining("kappa reprocess");
  }

  @Test
  void aGenerationWhoseStateIsGoneIsNotGoneOnWith() throws Exception {
    send(inOrder(16, 50));
    kappa();
    Path state = new Path(lake.checkpoint("kappa-1"), "state/0/1/1.changelog");
    byte[] whole = storage.read(state).orElseThrow();
    files.write(state, "");
    assertThat(lostItsState()).isTrue();
    storage.replace(state, whole);
    assertThat(lostItsState()).isFalse();
    files.delete(state.getParent());
    assertThat(lostItsState()).isTrue();
  }

  private boolean lostItsState() {
    return KappaStream.lostItsState(spark, settings, storage, 1);
  }

  /** The quarantine had an epoch that the tiles have not, and the next one is a larger one. */
  @Test
  void refusedRecordsOfAnEpochThatWasNotCommittedComeOnce() throws Exception {
    send(inOrder(17, 50));
    speed();
    sendBytes("{bad");
    speed();
    files.deleteLast(new Path(lake.speedTiles(), "_delta_log"));
    files.delete(lake.checkpoint("speed"));
    sendBytes("[]");
    speed();
    assertThat(refused())
        .extracting(record -> new String(record.value().orElseThrow(), StandardCharsets.UTF_8))
        .containsExactlyInAnyOrder("{bad", "[]");
    assertThat(speedHeader().quarantinedTotal()).isEqualTo(2);
  }

  @Test
  void fuzzedRecordsNeverStopAStream() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Event> events = inOrder(13, 100);
    send(events);
    int junk = 300;
    for (int i = 0; i < junk; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      byte[] value = i % 3 == 0 ? mutated(random, EventJson.write(events.get(i % 100))) : bytes;
      kafka.send(topic, i % PARTITIONS, i % 50 == 0 ? null : value).get();
    }
    speed();
    kappa();
    EpochHeader speed = speedHeader();
    EpochHeader kappa = kappaHeader();
    assertThat(speed.acceptedTotal() + speed.duplicatesTotal() + speed.quarantinedTotal())
        .as("seed %d", seed)
        .isEqualTo(100 + junk);
    assertThat(kappa.quarantinedTotal()).as("seed %d", seed).isEqualTo(speed.quarantinedTotal());
    assertThat(refused()).as("seed %d", seed).hasSize((int) speed.quarantinedTotal());
  }

  private static byte[] mutated(Random random, byte[] value) {
    value[random.nextInt(value.length)] = (byte) random.nextInt(256);
    return value;
  }

  private void speed() throws Exception {
    SpeedStream stream = SpeedStream.open(spark, settings, storage, Clock.systemUTC());
    StreamingQuery query = stream.start(ALL_THERE_IS);
    query.awaitTermination();
    stream.stop(query);
  }

  private void kappa() throws Exception {
    KappaStream stream = KappaStream.open(spark, settings, storage, Clock.systemUTC(), 1);
    StreamingQuery query = stream.start(ALL_THERE_IS);
    query.awaitTermination();
    stream.stop(query);
  }

  private EpochHeader speedHeader() {
    return newest(lake.speedTiles());
  }

  private EpochHeader kappaHeader() {
    return newest(lake.kappaTiles(1));
  }

  private EpochHeader newest(Path table) {
    return filesOf(table).stream()
        .map(file -> TileFiles.read(storage, file, List.of()).header())
        .max(Comparator.comparing(EpochHeader::epoch))
        .orElseThrow();
  }

  private List<DataFile> filesOf(Path table) {
    TableTail tail = new TableTail(storage, table);
    tail.poll();
    return tail.files();
  }

  private List<RefusedRecord> refused() {
    return filesOf(lake.quarantine()).stream()
        .flatMap(file -> QuarantineFiles.read(storage, file, true).stream())
        .toList();
  }

  private void assertViews(Path table, List<Event> events) {
    for (View view : Views.ALL) {
      List<Tiles> parts =
          filesOf(table).stream()
              .map(file -> TileFiles.read(storage, file, Views.ALL).tiles().get(view.name()))
              .toList();
      assertThat(TestEvents.rows(view, Tiles.merge(view, parts)))
          .isEqualTo(TestEvents.rows(view, TestEvents.tiles(view, events)));
    }
  }

  private void send(List<Event> events) throws Exception {
    for (Event event : events) {
      int partition = Math.floorMod(event.leadId().hashCode(), PARTITIONS);
      kafka.send(topic, partition, EventJson.write(event)).get();
    }
  }

  private void sendAcrossPartitions(List<Event> events) throws Exception {
    for (Event event : events) {
      int partition = Math.floorMod(event.leadId().hashCode() + 1, PARTITIONS);
      kafka.send(topic, partition, EventJson.write(event)).get();
    }
  }

  private void sendBytes(String value) throws Exception {
    kafka.send(topic, 0, value.getBytes(StandardCharsets.UTF_8)).get();
  }

  private static List<Event> inOrder(long seed, int count) {
    List<Event> events = new ArrayList<>(TestEvents.random(seed, count));
    Collections.shuffle(events, new Random(seed));
    for (int i = 0; i < events.size(); i++) {
      events.set(i, at(events.get(i), START + i * MINUTE / 4));
    }
    return events;
  }

  private static Event at(Event event, long micros) {
    return new Event(
        event.eventId(),
        event.leadId(),
        event.type(),
        event.channel(),
        event.page(),
        event.amountCents(),
        micros);
  }
}
