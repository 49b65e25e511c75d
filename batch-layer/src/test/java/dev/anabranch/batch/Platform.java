package dev.anabranch.batch;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.BatchViewFiles;
import dev.anabranch.lakehouse.lake.Claim;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.spark.TestKafka;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.spark.sql.SparkSession;

/**
 * What surrounds a batch service: a topic, a lake in which a speed layer commits epochs, and a
 * ledger. It remembers every record that was sent.
 */
final class Platform {
  static final int PARTITIONS = 3;

  final Settings settings;
  final Storage storage = Storage.local();
  final LakeLayout lake;
  final RunLedger ledger;
  private final Map<String, String> flags;
  private final SparkSession spark;
  private final TestKafka kafka;
  private final TableWriter tiles;
  private final Offsets beginning;
  private final List<Sent> sent = new ArrayList<>();
  private final SortedMap<Integer, Long> ends = new TreeMap<>();
  private long epoch;

  /** A record as the topic holds it. */
  record Sent(int partition, long offset, long timestamp, byte[] value) {}

  Platform(SparkSession spark, TestKafka kafka, String topic, Path folder, Offsets beginning) {
    this.spark = spark;
    this.kafka = kafka;
    this.beginning = beginning;
    this.ends.putAll(beginning.byPartition());
    this.flags =
        Map.of(
            "lake.uri",
            folder.resolve("the lake").toUri().toString(),
            "kafka.bootstrap_servers",
            kafka.bootstrapServers(),
            "kafka.topic",
            topic,
            "batch.every",
            "never",
            "maintenance.every",
            "never",
            "maintenance.keep_epochs",
            "0s");
    this.settings = settings(Map.of());
    this.lake = new LakeLayout(settings.lake().uri());
    this.ledger = RunLedger.open(storage, lake, Clock.systemUTC());
    this.tiles = TableWriter.open(storage, lake.speedTiles(), TileFiles.SCHEMA, Clock.systemUTC());
    append(EpochHeader.beginning(beginning));
  }

  static Platform create(SparkSession spark, TestKafka kafka, String topic, Path folder)
      throws Exception {
    kafka.create(topic, PARTITIONS);
    return new Platform(spark, kafka, topic, folder, Offsets.of(Map.of(0, 0L, 1, 0L, 2, 0L)));
  }

  /** Its settings, and over them these. */
  Settings settings(Map<String, String> more) {
    return Settings.load(
        Optional.empty(),
        Map.of(),
        ConfigFactory.parseMap(more).withFallback(ConfigFactory.parseMap(flags)));
  }

  void send(int partition, List<Event> events) throws Exception {
    sendValues(partition, events.stream().map(EventJson::write).toList());
  }

  void sendValues(int partition, List<byte[]> values) throws Exception {
    List<Future<RecordMetadata>> places = new ArrayList<>();
    for (byte[] value : values) {
      places.add(kafka.send(settings.kafka().topic(), partition, value));
    }
    for (int i = 0; i < values.size(); i++) {
      RecordMetadata place = places.get(i).get();
      sent.add(new Sent(partition, place.offset(), place.timestamp(), values.get(i)));
      ends.merge(partition, place.offset() + 1, Math::max);
    }
  }

  /** As {@link #sendValues}, in one transaction, whose end takes an offset. */
  void sendCommitted(int partition, List<byte[]> values) throws Exception {
    List<RecordMetadata> places = transaction(partition, values, true);
    for (int i = 0; i < values.size(); i++) {
      RecordMetadata place = places.get(i);
      sent.add(new Sent(partition, place.offset(), place.timestamp(), values.get(i)));
    }
  }

  /** Sends in a transaction and takes it back: nothing of it counts as sent. */
  void sendAborted(int partition, List<byte[]> values) throws Exception {
    transaction(partition, values, false);
  }

  private List<RecordMetadata> transaction(int partition, List<byte[]> values, boolean commit)
      throws Exception {
    List<RecordMetadata> places =
        kafka.sendInTransaction(settings.kafka().topic(), partition, values, commit);
    ends.merge(partition, places.get(places.size() - 1).offset() + 2, Math::max);
    return places;
  }

  /** The topic loses the records of partition 0 below an offset. */
  void trim(long offset) throws Exception {
    kafka.trim(settings.kafka().topic(), offset);
  }

  List<Sent> sent() {
    return List.copyOf(sent);
  }

  /** The speed layer commits an epoch that ends behind everything sent so far. */
  RunLedger.Boundary epoch() {
    epoch++;
    EpochHeader header = header(epoch, new Offsets(ends));
    append(header);
    return new RunLedger.Boundary(epoch, header.until());
  }

  private EpochHeader header(long number, Offsets until) {
    return new EpochHeader(
        number,
        number,
        beginning,
        until,
        OptionalLong.empty(),
        0,
        0,
        0,
        0,
        OptionalLong.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>());
  }

  private void append(EpochHeader header) {
    DataFile file = TileFiles.write(storage, lake.speedTiles(), header, Map.of());
    tiles.append(List.of(file), "speed", header.epoch());
  }

  BatchService service() {
    return service(step -> {});
  }

  /** As after a start of the process. */
  BatchService service(Progress progress) {
    return new BatchService(spark, storage, settings, Clock.systemUTC(), () -> false, progress);
  }

  /**
   * As after a start of the process, beside a {@link #service}.
   *
   * @param later how far its clock is ahead
   */
  MaintenanceService maintenance(Duration later, Progress progress) {
    Clock clock = Clock.offset(Clock.systemUTC(), later);
    return new MaintenanceService(
        spark, storage, settings, clock, () -> false, service()::rollBack, progress);
  }

  /** The epochs that are left in the table. */
  List<Long> epochs() {
    TableTail tail = new TableTail(storage, lake.speedTiles());
    tail.poll();
    return tail.files().stream()
        .map(file -> TileFiles.read(storage, file, List.of()).header().epoch())
        .sorted()
        .toList();
  }

  /** Asks for a run up to here, as serving does. */
  BatchRun claim(String id) {
    RunLedger.Boundary boundary = epoch();
    Claim<BatchRun> claim = ledger.claim(Optional.of(id), () -> boundary);
    return ((Claim.Started<BatchRun>) claim).run();
  }

  BatchRun run(String id) {
    claim(id);
    service().poll();
    return find(id);
  }

  BatchRun find(String id) {
    ledger.refresh();
    return ledger.ledger().find(id).orElseThrow();
  }

  List<DataFile> files(View view, BatchRun run) {
    return files("batch/" + view.name(), run);
  }

  List<DataFile> files(String table, BatchRun run) {
    TableTail tail = new TableTail(storage, lake.table(table));
    tail.poll(run.versions().get(table));
    return tail.files();
  }

  /** The view as serving reads it at the versions that a run names. */
  Tiles read(View view, BatchRun run) {
    return Tiles.merge(
        view,
        files(view, run).stream().map(file -> BatchViewFiles.read(storage, file, view)).toList());
  }
}
