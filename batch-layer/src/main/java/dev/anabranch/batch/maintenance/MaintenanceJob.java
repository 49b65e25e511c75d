package dev.anabranch.batch.maintenance;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Generation;
import dev.anabranch.lakehouse.lake.GenerationLedger;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.MaintenanceRun.Figures;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.SpeedEpochs;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * One round of maintenance. Whatever it was killed in, another one does the rest. Files are deleted
 * only once no version of their table that is younger than its retention names them.
 */
public final class MaintenanceJob {
  private final SparkSession spark;
  private final Storage storage;
  private final LakeLayout lake;
  private final Settings.Maintenance settings;
  private final Clock clock;
  private final RunLedger runs;

  public MaintenanceJob(
      SparkSession spark, Storage storage, LakeLayout lake, Settings settings, Clock clock) {
    this.spark = spark;
    this.storage = storage;
    this.lake = lake;
    this.settings = settings.maintenance();
    this.clock = clock;
    this.runs = RunLedger.open(storage, lake, clock);
  }

  /**
   * Does what there is to do.
   *
   * @param batchTables the tables that batch runs write; nothing of a run that has not ended is in
   *     them, and none runs meanwhile
   * @param reached is told of each step; throws where the work is not to go on
   */
  public Figures execute(List<Path> batchTables, Consumer<String> reached) {
    long expired = expire(() -> reached.accept("looked for epochs to expire"));
    reached.accept("epochs expired");
    long merged = merge(() -> reached.accept("looked for refused records to merge"));
    reached.accept("refused records merged");
    long vacuumed = 0;
    for (Path table : vacuumed(batchTables)) {
      if (exists(table)) {
        new Vacuum(spark, clock).vacuum(table);
        vacuumed++;
        reached.accept("vacuumed %s/%s".formatted(table.getParent().getName(), table.getName()));
      }
    }
    return new Figures(expired, merged, vacuumed);
  }

  private long expire(Runnable goOn) {
    runs.refresh();
    Instant since = clock.instant().minus(settings.keepEpochs());
    Optional<BatchRun> counted = runs.publishedAt(since);
    return counted.isEmpty()
        ? 0
        : new EpochExpiry(storage, lake, clock).expire(counted.get().boundaryEpoch(), goOn);
  }

  private long merge(Runnable goOn) {
    Optional<EpochHeader> newest = new SpeedEpochs(storage, lake).newest();
    return newest.isEmpty() || !exists(lake.quarantine())
        ? 0
        : new QuarantineMerge(storage, lake, clock).merge(newest.get().epoch(), goOn);
  }

  private List<Path> vacuumed(List<Path> batchTables) {
    List<Path> tables = new ArrayList<>(batchTables);
    tables.add(lake.speedTiles());
    tables.add(lake.speedScores());
    tables.add(lake.scoringMetrics());
    tables.add(lake.batchScores());
    tables.add(lake.quarantine());
    tables.add(lake.baselines());
    tables.add(lake.speedAnomalies());
    if (exists(lake.kappaGenerations())) {
      GenerationLedger.open(storage, lake, clock).all().stream()
          .filter(generation -> generation.state() != Generation.State.DROPPED)
          .forEach(generation -> tables.add(lake.kappaTiles(generation.number())));
    }
    return tables;
  }

  private boolean exists(Path table) {
    TableTail tail = new TableTail(storage, table);
    tail.poll();
    return tail.version() != TableTail.NONE;
  }
}
