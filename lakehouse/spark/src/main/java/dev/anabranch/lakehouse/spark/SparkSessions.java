package dev.anabranch.lakehouse.spark;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.ForklessLocalFileSystem;
import dev.anabranch.lakehouse.delta.HardLinkLogStore;
import dev.anabranch.lakehouse.delta.S3Options;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.s3.ConditionalCreateLogStore;
import dev.anabranch.lakehouse.spark.s3.S3CheckpointFileManager;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.FileSystemBasedCheckpointFileManager;

/** Spark as every program of the platform runs it: UTC, Delta, commits safe across processes. */
public final class SparkSessions {
  private SparkSessions() {}

  /**
   * Starts Spark in this process, or returns the session that runs already.
   *
   * @param program the application's name
   * @param own settings of this program; they go over the common ones
   */
  public static SparkSession start(Settings settings, String program, Map<String, String> own) {
    Map<String, String> all = new LinkedHashMap<>();
    if (settings.lake().isOnS3()) {
      all.putAll(onS3(settings.lake().s3()));
    }
    all.putAll(own);
    return start(settings.spark(), program, all);
  }

  /** The same for lakes on the local disk. */
  public static SparkSession start(
      Settings.Spark settings, String program, Map<String, String> own) {
    SparkSession.Builder builder =
        SparkSession.builder().master(settings.master()).appName("anabranch-" + program);
    Map<String, String> all = new LinkedHashMap<>(common());
    if (settings.master().startsWith("local")) {
      all.put("spark.driver.bindAddress", "127.0.0.1");
      all.put("spark.driver.host", "127.0.0.1");
    }
    all.putAll(own);
    all.forEach(builder::config);
    return builder.getOrCreate();
  }

  /**
   * Spark keeps keys and secrets out of its pages and logs by their names (spark.redaction.regex).
   */
  private static Map<String, String> onS3(Settings.S3 settings) {
    Map<String, String> options = new LinkedHashMap<>();
    S3Options.of(settings).forEach((option, value) -> options.put("spark.hadoop." + option, value));
    options.put("spark.delta.logStore.s3a.impl", ConditionalCreateLogStore.class.getName());
    options.put(
        "spark.sql.streaming.checkpointFileManagerClass", S3CheckpointFileManager.class.getName());
    return options;
  }

  /** Storage for a lake, in a task: with the options that the driver's session has. */
  public static Storage storageInTask(URI lake) {
    return Storage.of(lake, SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf()));
  }

  private static Map<String, String> common() {
    Map<String, String> common = new LinkedHashMap<>();
    common.put("spark.ui.enabled", "false");
    common.put("spark.ui.showConsoleProgress", "false");
    // Without an UI nobody looks at these, yet they are kept in memory: 1,000 plans by default.
    common.put("spark.ui.retainedJobs", "20");
    common.put("spark.ui.retainedStages", "20");
    common.put("spark.ui.retainedTasks", "200");
    common.put("spark.sql.ui.retainedExecutions", "5");
    // Made for every execution, shown nowhere.
    common.put("spark.sql.ui.explainMode", "simple");

    common.put("spark.sql.session.timeZone", "UTC");
    common.put("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    common.put("spark.sql.shuffle.partitions", "2");
    // Tables are named by path only; Spark would make a folder here in the current one.
    common.put(
        "spark.sql.warehouse.dir",
        Path.of(System.getProperty("java.io.tmpdir"), "anabranch-warehouse").toUri().toString());

    common.put("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension");
    common.put(
        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    common.put("spark.delta.logStore.file.impl", HardLinkLogStore.class.getName());
    common.put("spark.hadoop.fs.file.impl", ForklessLocalFileSystem.class.getName());
    // The default goes through FileContext, which fs.file.impl does not reach.
    common.put(
        "spark.sql.streaming.checkpointFileManagerClass",
        FileSystemBasedCheckpointFileManager.class.getName());
    common.put("spark.databricks.delta.snapshotPartitions", "1");
    // VACUUM refuses to delete what a reader of a recent version may still need.
    common.put("spark.databricks.delta.retentionDurationCheck.enabled", "true");
    return common;
  }
}
