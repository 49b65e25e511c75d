package dev.anabranch.lakehouse.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.TestEvents;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.Views;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeTablesTest {
  @TempDir Path folder;

  private final Storage storage = Storage.local();
  private LakeLayout lake;

  @BeforeEach
  void open() {
    lake = new LakeLayout(folder.toUri());
  }

  @Test
  void anEpochComesBackAsItWasCommitted() {
    Map<String, Tiles> tiles =
        Map.of(
            "activity", TestEvents.tiles(Activity.VIEW, TestEvents.random(1, 500)),
            "leads", TestEvents.tiles(Leads.VIEW, TestEvents.random(1, 500)));
    EpochHeader header = EpochHeader.beginning(Offsets.of(Map.of(0, 7L, 1, 0L)));
    TableWriter writer = tilesTable();
    DataFile file = TileFiles.write(storage, lake.speedTiles(), header, tiles);
    writer.append(List.of(file), "speed", 0);

    TableTail tail = new TableTail(storage, lake.speedTiles());
    DataFile found = tail.poll().get(0).added().get(0);
    TileFiles.EpochFile read = TileFiles.read(storage, found, Views.ALL);
    assertThat(read.header()).isEqualTo(header);
    assertThat(read.tiles()).usingRecursiveComparison().isEqualTo(tiles);
  }

  @Test
  void aTransactionVersionCommitsOnce() {
    TableWriter writer = tilesTable();
    TableWriter other = tilesTable();
    assertThat(writer.append(List.of(epoch(1)), "speed", 1)).isPresent();
    assertThat(other.append(List.of(epoch(1)), "speed", 1)).isEmpty();
    assertThat(tilesTable().append(List.of(epoch(1)), "speed", 1)).isEmpty();
    assertThat(tilesTable().append(List.of(epoch(2)), "speed", 2)).isPresent();
  }

  @Test
  void aTailSeesEachCommitOnceAndACompactionAsNoChange() {
    TableWriter writer = tilesTable();
    TableTail tail = new TableTail(storage, lake.speedTiles());
    tail.poll();
    DataFile first = epoch(1);
    DataFile second = epoch(2);
    writer.append(List.of(first), "speed", 1);
    writer.append(List.of(second), "speed", 2);
    assertThat(tail.poll()).extracting(Commit::version).containsExactly(1L, 2L);
    DataFile merged = epoch(2);
    assertThat(writer.replace(List.of(first.path(), second.path()), List.of(merged), false))
        .isTrue();
    assertThat(tail.poll()).extracting(Commit::dataChange).containsExactly(false);
    assertThat(tail.files()).extracting(DataFile::path).containsExactly(merged.path());
    assertThat(writer.replace(List.of(first.path()), List.of(epoch(2)), false))
        .as("replacing a file that is gone")
        .isFalse();
    assertThat(tail.poll()).isEmpty();
  }

  @Test
  void aRunIsClaimedOnceAndGoesOnWithTheBoundaryThatItHad() {
    RunLedger ledger = RunLedger.open(storage, lake, Clock.systemUTC());
    RunLedger other = RunLedger.open(storage, lake, Clock.systemUTC());
    Offsets first = Offsets.of(Map.of(0, 5L));
    BatchRun run = started(ledger.claim(Optional.of("a"), () -> boundary(3, first)));
    assertThat(run.boundary()).isEqualTo(first);

    assertThat(other.claim(Optional.of("a"), () -> boundary(9, Offsets.NONE)))
        .isEqualTo(new Claim.AlreadyThere<>(run));
    assertThat(other.claim(Optional.empty(), () -> boundary(9, Offsets.NONE)))
        .isEqualTo(new Claim.Busy<>(run));
    assertThat(other.ledger().cancel("a")).map(BatchRun::state).contains(RunState.CANCELLED);
    assertThat(ledger.finish(run, RunState.SUCCEEDED, figures(), versions(), Optional.empty()))
        .as("finishing a run that was cancelled")
        .isFalse();

    BatchRun again = started(ledger.claim(Optional.of("a"), () -> boundary(9, Offsets.NONE)));
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.boundary()).isEqualTo(first);
    assertThat(ledger.finish(run, RunState.FAILED, figures(), versions(), Optional.empty()))
        .as("finishing an earlier attempt")
        .isFalse();
    assertThat(ledger.finish(again, RunState.SUCCEEDED, figures(), versions(), Optional.empty()))
        .isTrue();
    assertThat(other.ledger().cancel("a")).map(BatchRun::state).contains(RunState.SUCCEEDED);
    assertThat(RunLedger.open(storage, lake, Clock.systemUTC()).ledger().runs())
        .isEqualTo(ledger.ledger().runs());
    assertThat(ledger.published()).map(BatchRun::runId).contains("a");
  }

  @Test
  void answersComeFromTheFurthestBoundary() {
    RunLedger ledger = RunLedger.open(storage, lake, Clock.systemUTC());
    BatchRun far = started(ledger.claim(Optional.of("far"), () -> boundary(9, Offsets.NONE)));
    ledger.finish(far, RunState.SUCCEEDED, figures(), versions(), Optional.empty());
    BatchRun near = started(ledger.claim(Optional.of("near"), () -> boundary(3, Offsets.NONE)));
    ledger.finish(near, RunState.SUCCEEDED, figures(), versions(), Optional.empty());
    assertThat(ledger.published()).map(BatchRun::runId).contains("far");
  }

  @Test
  void aRunThatWasCountedOnlyIsNoBase() {
    RunLedger ledger = RunLedger.open(storage, lake, Clock.systemUTC());
    publish(ledger, "early", 1, 4);
    publish(ledger, "far", 9, 7);
    publish(ledger, "counted", 5, 7);
    assertThat(base(ledger, 3)).contains("early");
    assertThat(base(ledger, 6)).as("past the run that was counted").contains("early");
    assertThat(base(ledger, 9)).contains("far");
    assertThat(base(ledger, 0)).isEmpty();
  }

  @Test
  void idsThatThePlatformMakesDiffer() {
    Clock stopped = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
    RunLedger ledger = RunLedger.open(storage, lake, stopped);
    for (int run = 0; run < 4; run++) {
      started(ledger.claim(Optional.empty(), () -> boundary(1, Offsets.NONE)));
      ledger.ledger().cancel(ledger.ledger().running().orElseThrow().runId());
    }
    assertThat(ledger.ledger().runs()).hasSize(4);
  }

  private static void publish(RunLedger ledger, String id, long epoch, long version) {
    BatchRun run = started(ledger.claim(Optional.of(id), () -> boundary(epoch, at(epoch))));
    ledger.finish(
        run,
        RunState.SUCCEEDED,
        figures(),
        new TreeMap<>(Map.of("master/events", version)),
        Optional.empty());
  }

  private static Optional<String> base(RunLedger ledger, long offset) {
    return ledger.publishedWithin(at(offset)).map(BatchRun::runId);
  }

  private static Offsets at(long offset) {
    return Offsets.of(Map.of(0, offset));
  }

  @Test
  void readersSwitchFromOneGenerationToTheNext() {
    GenerationLedger ledger = GenerationLedger.open(storage, lake, Clock.systemUTC());
    assertThat(ledger.first()).isEqualTo(new Generation(1, Generation.State.ACTIVE));
    Generation built = ledger.request();
    assertThat(GenerationLedger.open(storage, lake, Clock.systemUTC()).request())
        .as("asking twice")
        .isEqualTo(built);
    assertThat(ledger.active()).map(Generation::number).contains(1L);
    ledger.switchTo(built);
    GenerationLedger read = GenerationLedger.open(storage, lake, Clock.systemUTC());
    assertThat(read.all())
        .containsExactly(
            new Generation(1, Generation.State.DROPPED),
            new Generation(2, Generation.State.ACTIVE));
  }

  @Test
  void aGenerationThatIsGivenUpMakesRoomForAnother() {
    GenerationLedger ledger = GenerationLedger.open(storage, lake, Clock.systemUTC());
    Generation first = ledger.first();
    Generation lost = ledger.request();
    ledger.giveUp(lost);
    ledger.giveUp(first);
    assertThat(ledger.active()).as("the one that readers see").contains(first);
    assertThat(ledger.building()).isEmpty();
    assertThat(ledger.request().number()).isEqualTo(3);
  }

  @Test
  void whatMaintenanceDidBetweenTwoEpochsIsNotTakenBack() {
    TableWriter table = tilesTable();
    DataFile first = epoch(1);
    DataFile second = epoch(2);
    DataFile merged = epoch(1);
    table.append(List.of(first), "speed", 1);
    table.append(List.of(second), "speed", 2);
    DataFile third = epoch(3);
    assertThat(table.replace(List.of(first.path()), List.of(merged), false)).isTrue();
    table.append(List.of(third), "speed", 3);
    table.takeBack("speed", 1);
    assertThat(table.transaction("speed")).contains(1L);
    assertThat(table.files()).extracting(DataFile::path).containsExactly(merged.path());
  }

  @Test
  void maintenanceRunsOneAtATimeAndSaysWhatItDid() {
    MaintenanceLedger ledger = MaintenanceLedger.open(storage, lake, Clock.systemUTC());
    MaintenanceRun run = ((Claim.Started<MaintenanceRun>) ledger.claim(Optional.of("a"))).run();
    assertThat(ledger.claim(Optional.empty())).isEqualTo(new Claim.Busy<>(run));
    assertThat(ledger.fail(run, "the disk is full")).isTrue();
    MaintenanceRun again = ((Claim.Started<MaintenanceRun>) ledger.claim(Optional.of("a"))).run();
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(ledger.succeed(run, new MaintenanceRun.Figures(9, 9, 9)))
        .as("ending an earlier attempt")
        .isFalse();
    assertThat(ledger.succeed(again, new MaintenanceRun.Figures(3, 2, 1))).isTrue();
    assertThat(MaintenanceLedger.open(storage, lake, Clock.systemUTC()).ledger().find("a"))
        .hasValueSatisfying(
            read -> {
              assertThat(read).isEqualTo(ledger.ledger().find("a").orElseThrow());
              assertThat(read.state()).isEqualTo(RunState.SUCCEEDED);
              assertThat(read.figures()).contains(new MaintenanceRun.Figures(3, 2, 1));
            });
  }

  @Test
  void aScoreComesBackWithTheProfileOfAnyTime() {
    for (String signedUp :
        List.of("0001-01-01T00:00:00Z", "2026-11-28T01:02:03.000004Z", "9999-12-31T00:00:00Z")) {
      LeadProfile profile =
          new LeadProfile("a", "1-9", "DE", "retail", Instant.parse(signedUp), "lead");
      LeadScore score =
          new LeadScore(1, "a", -5, 3, 0.5, 2, 7, 8, true, "purchase", "ads", Optional.of(profile));
      DataFile file =
          ScoreFiles.write(
              storage,
              lake.speedScores(),
              EpochHeader.beginning(Offsets.of(Map.of(0, 4L))),
              List.of(score));
      assertThat(ScoreFiles.read(storage, file)).containsExactly(score);
    }
  }

  @Test
  void aLeadHasOneScoreOfTheBatchLayer() {
    TableWriter table =
        TableWriter.open(storage, lake.batchScores(), BatchScoreFiles.SCHEMA, Clock.systemUTC());
    List<BatchScore> first =
        List.of(
            new BatchScore("lead-é", 1_790_000_000_000_001L, 3, 0.125, 1, "run:1+00"),
            new BatchScore("b", -1, 1, Double.NaN, 1, "run:1+00"));
    List<BatchScore> second = List.of(new BatchScore("b", 7, 2, 1, 2, "next"));
    table.append(List.of(BatchScoreFiles.write(storage, lake.batchScores(), first)));
    TableTail tail = new TableTail(storage, lake.batchScores());
    tail.poll();
    assertThat(batchScores(tail)).isEqualTo(first);

    DataFile anew = BatchScoreFiles.write(storage, lake.batchScores(), second);
    assertThat(table.replace(List.of(tail.files().get(0).path()), List.of(anew), true)).isTrue();
    assertThat(tail.poll()).hasSize(1);
    assertThat(batchScores(tail)).isEqualTo(second);
  }

  private List<BatchScore> batchScores(TableTail tail) {
    return tail.files().stream()
        .flatMap(file -> BatchScoreFiles.read(storage, file).stream())
        .toList();
  }

  private TableWriter tilesTable() {
    return TableWriter.open(storage, lake.speedTiles(), TileFiles.SCHEMA, Clock.systemUTC());
  }

  private DataFile epoch(long epoch) {
    EpochHeader beginning = EpochHeader.beginning(Offsets.NONE);
    EpochHeader header =
        new EpochHeader(
            epoch,
            epoch,
            Offsets.NONE,
            Offsets.NONE,
            beginning.newestKafkaTimestamp(),
            0,
            0,
            0,
            0,
            beginning.watermark(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>());
    return TileFiles.write(storage, lake.speedTiles(), header, Map.of());
  }

  private static RunLedger.Boundary boundary(long epoch, Offsets offsets) {
    return new RunLedger.Boundary(epoch, offsets);
  }

  private static BatchRun started(Claim<BatchRun> claim) {
    return ((Claim.Started<BatchRun>) claim).run();
  }

  private static Optional<BatchRun.Figures> figures() {
    return Optional.of(new BatchRun.Figures(10, 7, 2, 1, 4));
  }

  private static SortedMap<String, Long> versions() {
    return new TreeMap<>(Map.of("master/events", 4L));
  }
}
