package dev.anabranch.speed;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.spark.SparkSessions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Spark for short micro-batches. */
public final class StreamSessions {
  private StreamSessions() {}

  public static SparkSession start(Settings settings, String program) {
    return SparkSessions.start(settings, program, own());
  }

  /** The same for lakes on the local disk. */
  public static SparkSession start(Settings.Spark settings, String program) {
    return SparkSessions.start(settings, program, own());
  }

  private static Map<String, String> own() {
    Map<String, String> own = new LinkedHashMap<>();
    own.put("spark.sql.adaptive.enabled", "false");
    own.put("spark.locality.wait", "0");
    own.put("spark.sql.streaming.noDataMicroBatches.enabled", "false");
    // An epoch's plan is one projection. To generate and load classes for it, several times a
    // second
    // and for each partition, costs more than they save (docs/adr/0008-short-epochs.md).
    own.put("spark.sql.codegen.wholeStage", "false");
    own.put("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    own.put("spark.sql.streaming.numRecentProgressUpdates", "100");
    // State is kept in RocksDB, and an epoch writes only what it changed.
    own.put(
        "spark.sql.streaming.stateStore.providerClass",
        "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider");
    own.put("spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled", "true");
    own.put("spark.sql.streaming.stateStore.rocksdb.trackTotalNumberOfRows", "false");
    return own;
  }
}
