package dev.anabranch.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.BatchViewFiles;
import dev.anabranch.lakehouse.lake.Claim;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.GenerationLedger;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.QuarantineFiles;
import dev.anabranch.lakehouse.lake.RefusedRecord;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.RunState;
import dev.anabranch.lakehouse.lake.StatusDocument;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.ledger.LedgerEntry;
import dev.anabranch.lakehouse.view.TileBuilder;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import io.delta.kernel.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A lake in a folder, written as the parts of the platform write it, without any of them. Events
 * are sent to a log in memory; each stream reads on from where it stands, and a batch run reads up
 * to the newest speed epoch. Not for use by several threads.
 */
public final class TestLake {
  private static final int PARTITIONS = 4;
  private static final long FIRST_TIMESTAMP = 1_790_000_000_000L;

  /** A record of the log. */
  private record Sent(int partition, long offset, long timestamp, Event event) {}

  private final Path folder;
  private final Storage storage = Storage.local();
  private final LaterClock clock = new LaterClock();
  private final LakeLayout lake;
  private final List<Sent> log = new ArrayList<>();
  private final Map<Integer, Long> ends = new TreeMap<>();
  private final Stream speed;
  private final Map<Long, Stream> kappa = new HashMap<>();

  /** The system's clock, and the days that passed since in the life of the lake. */
  private static final class LaterClock extends Clock {
    private Duration later = Duration.ZERO;

    void pass(Duration time) {
      later = later.plus(time);
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(later);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** A stream's table, and how far the stream has read. */
  private final class Stream {
    private final org.apache.hadoop.fs.Path table;
    private final String application;
    private final TableWriter writer;
    private EpochHeader last = EpochHeader.beginning(offsets(new TreeMap<>()));
    private int read;

    Stream(org.apache.hadoop.fs.Path table, String application) {
      this.table = table;
      this.application = application;
      this.writer = TableWriter.open(storage, table, TileFiles.SCHEMA, clock);
      commit(last, List.of());
    }

    EpochHeader epoch() {
      List<Sent> records = log.subList(read, log.size());
      Map<String, Event> distinct = new LinkedHashMap<>();
      records.forEach(sent -> distinct.putIfAbsent(sent.event().eventId(), sent.event()));
      OptionalLong newest = records.stream().mapToLong(Sent::timestamp).max();
      last =
          new EpochHeader(
              last.epoch() + 1,
              last.epoch() + 1,
              last.until(),
              offsets(ends),
              newest,
              last.acceptedTotal() + distinct.size(),
              0,
              last.duplicatesTotal() + records.size() - distinct.size(),
              0,
              OptionalLong.empty(),
              new TreeMap<>(),
              new TreeMap<>(),
              new TreeMap<>());
      read = log.size();
      commit(last, List.copyOf(distinct.values()));
      return last;
    }

    private void commit(EpochHeader header, List<Event> events) {
      DataFile file = TileFiles.write(storage, table, header, tiles(events));
      writer.append(List.of(file), application, header.epoch());
    }
  }

  /** A lake with a speed stream that has seen nothing yet. */
  public TestLake(Path folder) {
    this.folder = folder;
    this.lake = new LakeLayout(folder.resolve("lake").toUri());
    for (int partition = 0; partition < PARTITIONS; partition++) {
      ends.put(partition, 0L);
    }
    this.speed = new Stream(lake.speedTiles(), "speed");
  }

  /** Settings for a server on this lake; flags go over them. */
  public Settings settings(Map<String, ?> flags) {
    Map<String, Object> all = new HashMap<>();
    all.put("lake.uri", lake.root().toString());
    all.put("serving.port", 0);
    all.put("serving.poll_interval", "5ms");
    // Nobody listens there.
    all.put("kafka.bootstrap_servers", "127.0.0.1:1");
    all.putAll(flags);
    return Settings.load(Optional.empty(), Map.of(), ConfigFactory.parseMap(all));
  }

  public LakeLayout layout() {
    return lake;
  }

  public Storage storage() {
    return storage;
  }

  /** Where {@link #ledger} writes. */
  public Path ledgerFile() {
    return folder.resolve("ledger.jsonl");
  }

  /** Sends events to the log; nobody has read them yet. */
  public void send(List<Event> events) {
    for (Event event : events) {
      int partition = Math.floorMod(event.leadId().hashCode(), PARTITIONS);
      long offset = ends.merge(partition, 1L, Long::sum) - 1;
      log.add(new Sent(partition, offset, FIRST_TIMESTAMP + log.size(), event));
    }
  }

  /** Writes down what was sent so far, as the producer does. */
  public void ledger() {
    try {
      Files.deleteIfExists(ledgerFile());
      Files.createFile(ledgerFile());
      Map<String, Event> seen = new HashMap<>();
      for (Sent sent : log) {
        boolean first = seen.put(sent.event().eventId(), sent.event()) == null;
        LedgerEntry entry =
            new LedgerEntry(
                first ? LedgerEntry.Kind.EVENT : LedgerEntry.Kind.DUPLICATE,
                Optional.empty(),
                sent.partition(),
                sent.offset(),
                Optional.of(sent.event()));
        Files.write(ledgerFile(), entry.toLine(), StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The speed layer commits an epoch of everything that it has not read. */
  public EpochHeader speedEpoch() {
    return speed.epoch();
  }

  /** So does the active generation of Kappa. */
  public EpochHeader kappaEpoch() {
    return kappaEpoch(generations().first().number());
  }

  /** So does any generation of Kappa. */
  public EpochHeader kappaEpoch(long generation) {
    return kappa
        .computeIfAbsent(
            generation, number -> new Stream(lake.kappaTiles(number), "kappa-" + number))
        .epoch();
  }

  /** The files of all speed epochs up to one leave the table, and the disk. */
  public void expire(long upToEpoch) {
    TableWriter table = TableWriter.open(storage, lake.speedTiles(), TileFiles.SCHEMA, clock);
    List<String> old =
        table.files().stream()
            .filter(file -> TileFiles.read(storage, file, List.of()).header().epoch() <= upToEpoch)
            .map(DataFile::path)
            .toList();
    table.replace(old, List.of(), true);
    old.forEach(path -> delete(Path.of(java.net.URI.create(path).getPath())));
  }

  /** Files of Kappa that follow each other become one, as its compaction does it. */
  public void compactKappa(long generation, int from, int count) {
    org.apache.hadoop.fs.Path location = lake.kappaTiles(generation);
    TableWriter table = TableWriter.open(storage, location, TileFiles.SCHEMA, clock);
    List<TileFiles.EpochFile> files =
        table.files().stream()
            .map(file -> TileFiles.read(storage, file, Views.ALL))
            .sorted(Comparator.comparing(file -> file.header().epoch()))
            .skip(from)
            .limit(count)
            .toList();
    if (files.size() < 2) {
      return;
    }
    Map<String, Tiles> merged = new HashMap<>();
    for (View view : Views.ALL) {
      merged.put(
          view.name(),
          Tiles.merge(view, files.stream().map(file -> file.tiles().get(view.name())).toList()));
    }
    EpochHeader header =
        files.stream().map(TileFiles.EpochFile::header).reduce(EpochHeader::upTo).orElseThrow();
    table.replace(
        files.stream().map(file -> file.file().path()).toList(),
        List.of(TileFiles.write(storage, location, header, merged)),
        false);
  }

  /** A day passes; the table gets a checkpoint, and commits before it are gone. */
  public void cutLog(org.apache.hadoop.fs.Path table) {
    clock.pass(Duration.ofDays(1));
    Table kernel = Table.forPath(storage.engine(), table.toString());
    long version = kernel.getLatestSnapshot(storage.engine()).getVersion(storage.engine());
    Path log = Path.of(table.toUri().getPath(), "_delta_log");
    if (Files.exists(log.resolve("%020d.checkpoint.parquet".formatted(version)))) {
      return;
    }
    try {
      kernel.checkpoint(storage.engine(), version);
      for (long old = 0; old < version; old++) {
        Files.deleteIfExists(log.resolve("%020d.json".formatted(old)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RunLedger runs() {
    return RunLedger.open(storage, lake, clock);
  }

  public GenerationLedger generations() {
    return GenerationLedger.open(storage, lake, clock);
  }

  /** A batch run from the newest speed epoch, begun and ended. */
  public BatchRun run(String id) {
    return finish(begin(id));
  }

  /** A batch run begins at the newest speed epoch, or goes on with the boundary that it had. */
  public BatchRun begin(String id) {
    Claim<BatchRun> claim =
        runs()
            .claim(
                Optional.of(id),
                () -> new RunLedger.Boundary(speed.last.epoch(), speed.last.until()));
    return ((Claim.Started<BatchRun>) claim).run();
  }

  /** A batch run that began is published. */
  public BatchRun finish(BatchRun run) {
    List<Sent> below =
        log.stream()
            .filter(sent -> run.boundary().covers(sent.partition(), sent.offset()))
            .toList();
    Map<String, Event> distinct = new LinkedHashMap<>();
    below.forEach(sent -> distinct.putIfAbsent(sent.event().eventId(), sent.event()));
    List<Event> events = List.copyOf(distinct.values());
    TreeMap<String, Long> versions = new TreeMap<>();
    versions.put("master/events", 0L);
    for (View view : Views.ALL) {
      versions.put("batch/" + view.name(), publish(view, events));
    }
    BatchRun.Figures figures =
        new BatchRun.Figures(
            below.size(), events.size(), below.size() - events.size(), 0, below.size());
    RunLedger runs = runs();
    runs.finish(run, RunState.SUCCEEDED, Optional.of(figures), versions, Optional.empty());
    return runs.ledger().find(run.runId()).orElseThrow();
  }

  private long publish(View view, List<Event> events) {
    TableWriter table =
        TableWriter.open(storage, lake.batchView(view), BatchViewFiles.schema(view), clock);
    List<String> old = table.files().stream().map(DataFile::path).toList();
    // The Kernel writes no file without rows.
    List<DataFile> files =
        events.isEmpty()
            ? List.of()
            : List.of(
                table.write(List.of(BatchRows.of(view, tiles(events).get(view.name()), events))));
    table.replace(old, files, true);
    return table.version();
  }

  /** Records that the speed layer refused, as part of an epoch. */
  public void refuse(long epoch, List<RefusedRecord> records) {
    TableWriter table = TableWriter.open(storage, lake.quarantine(), QuarantineFiles.SCHEMA, clock);
    DataFile file = QuarantineFiles.write(storage, lake.quarantine(), epoch, records);
    table.append(List.of(file), QuarantineFiles.APPLICATION, epoch);
  }

  /** What a pipeline says of itself. */
  public void status(String pipeline, JsonNode document) {
    StatusDocument.write(storage, lake.status(pipeline), document);
  }

  private static Map<String, Tiles> tiles(List<Event> events) {
    Map<String, Tiles> tiles = new HashMap<>();
    for (View view : Views.ALL) {
      TileBuilder builder = new TileBuilder(view);
      events.forEach(builder::add);
      tiles.put(view.name(), builder.build());
    }
    return tiles;
  }

  private static Offsets offsets(Map<Integer, Long> ends) {
    TreeMap<Integer, Long> all = new TreeMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      all.put(partition, ends.getOrDefault(partition, 0L));
    }
    return new Offsets(all);
  }
}
