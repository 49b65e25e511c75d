package dev.anabranch.lakehouse.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.TestEvents;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.Views;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmokeTest {
  @TempDir Path folder;

  @Test
  void tilesComeBackFromATable() {
    Storage storage = Storage.local();
    LakeLayout lake = new LakeLayout(folder.toUri());
    TableWriter writer =
        TableWriter.open(storage, lake.speedTiles(), TileFiles.SCHEMA, Clock.systemUTC());
    TableTail tail = new TableTail(storage, lake.speedTiles());
    tail.poll();
    Tiles activity = TestEvents.tiles(Activity.VIEW, TestEvents.random(1, 500));
    Tiles leads = TestEvents.tiles(Leads.VIEW, TestEvents.random(1, 500));
    EpochHeader header = EpochHeader.beginning(Offsets.of(Map.of(0, 7L, 1, 0L)));
    for (int i = 0; i < 250; i++) {
      long start = System.nanoTime();
      DataFile file =
          TileFiles.write(
              storage, lake.speedTiles(), header, Map.of("activity", activity, "leads", leads));
      writer.append(List.of(file), "speed", i);
      if (i % 50 == 49) {
        System.err.println("commit " + i + ": " + (System.nanoTime() - start) / 1000 + " us");
      }
    }
    long start = System.nanoTime();
    var commits = tail.poll();
    System.err.println("tail: " + (System.nanoTime() - start) / 1000 + " us");
    assertThat(commits).hasSize(250);
    start = System.nanoTime();
    TileFiles.EpochFile read = null;
    for (int i = 0; i < 100; i++) {
      read = TileFiles.read(storage, commits.get(i).added().get(0), Views.ALL);
    }
    System.err.println("read: " + (System.nanoTime() - start) / 100000 + " us each");
    assertThat(read.header()).isEqualTo(header);
    assertThat(read.tiles().get("activity")).usingRecursiveComparison().isEqualTo(activity);
    assertThat(read.tiles().get("leads")).usingRecursiveComparison().isEqualTo(leads);
    TableTail fresh = new TableTail(storage, lake.speedTiles());
    assertThat(fresh.poll().get(0).added()).hasSize(250);
    assertThat(fresh.transaction("speed")).contains(249L);
    RunLedger ledger = RunLedger.open(storage, lake, Clock.systemUTC());
    var claim = ledger.claim(Optional.of("a"), () -> new RunLedger.Boundary(3, header.until()));
    assertThat(claim).isInstanceOf(RunLedger.Claim.Started.class);
    assertThat(ledger.claim(Optional.empty(), () -> null)).isInstanceOf(RunLedger.Claim.Busy.class);
    assertThat(
            ledger.finish(
                ((RunLedger.Claim.Started) claim).run(),
                BatchRun.State.SUCCEEDED,
                Optional.of(new BatchRun.Figures(1, 2, 3, 4, 5)),
                new TreeMap<>(Map.of("x", 1L)),
                Optional.empty()))
        .isTrue();
    RunLedger again = RunLedger.open(storage, lake, Clock.systemUTC());
    assertThat(again.runs()).isEqualTo(ledger.runs());
    GenerationLedger generations = GenerationLedger.open(storage, lake, Clock.systemUTC());
    generations.first();
    generations.switchTo(generations.request());
    assertThat(GenerationLedger.open(storage, lake, Clock.systemUTC()).active().get().number())
        .isEqualTo(2);
  }
}
