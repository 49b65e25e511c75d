package dev.anabranch.batch.maintenance;

import java.time.Clock;
import java.time.Duration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.commands.VacuumCommand;
import org.apache.spark.util.ManualClock;
import scala.Option;
import scala.Some;

/**
 * Delta's VACUUM by a clock of ours: deletes files that the table has not named for as long as it
 * keeps them ({@code delta.deletedFileRetentionDuration}), and files as old that it never named.
 */
final class Vacuum {
  private final SparkSession spark;
  private final Clock clock;

  Vacuum(SparkSession spark, Clock clock) {
    this.spark = spark;
    this.clock = clock;
  }

  void vacuum(Path table) {
    DeltaLog log = DeltaLog.forTable(spark, table);
    Snapshot now = log.update(false, Option.empty(), Option.empty());
    double hours =
        DeltaLog.tombstoneRetentionMillis(now.metadata()) / (double) Duration.ofHours(1).toMillis();
    VacuumCommand.gc(
        spark,
        log,
        false,
        new Some<>(hours),
        Option.empty(),
        Option.empty(),
        VacuumCommand.gc$default$7(),
        new ManualClock(clock.millis()));
  }
}
