package dev.anabranch.batch;

import java.util.Map;

/** Spark's settings for batch runs: small ones quick, large ones within a small heap. */
final class BatchSpark {
  static final Map<String, String> SETTINGS =
      Map.of(
          // Where there is little to shuffle, adaptive execution puts these together again.
          "spark.sql.shuffle.partitions", "8",
          // Generated classes are kept from run to run; with 100 of them, the default, every run
          // would compile all anew.
          "spark.sql.codegen.cache.maxEntries", "2000",
          // A task that runs out of memory fails its run, which then says so; Spark would end the
          // process, and the next one would begin the same run again, for ever.
          "spark.executor.killOnFatalError.depth", "0",
          // Groups that a task holds as sketches before it sorts instead.
          "spark.sql.objectHashAggregate.sortBased.fallbackThreshold", "2048",
          // A vacuum lists in so many tasks however little there is; the default is 10,000.
          "spark.sql.sources.parallelPartitionDiscovery.parallelism", "8",
          // Two commits for each vacuum would tell readers nothing.
          "spark.databricks.delta.vacuum.logging.enabled", "false",
          "spark.databricks.delta.vacuum.parallelDelete.enabled", "true");

  private BatchSpark() {}
}
