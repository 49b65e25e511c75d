package dev.anabranch.lakehouse.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.HardLinkLogStore;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.storage.DelegatingLogStore;
import org.apache.spark.sql.delta.storage.LogStore;
import org.apache.spark.sql.delta.storage.LogStoreAdaptor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSessionsTest {
  private static SparkSession spark;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark =
        SparkSessions.start(
            new Settings.Spark("local[2]"), "test", Map.of("spark.sql.shuffle.partitions", "3"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void commitsGoThroughTheLogStoreOfThePlatform() {
    String table = new org.apache.hadoop.fs.Path(folder.resolve("a table").toUri()).toString();
    spark.range(3).write().format("delta").save(table);
    assertThat(spark.read().format("delta").load(table).count()).isEqualTo(3);
    DeltaLog log = DeltaLog.forTable(spark, table);
    LogStore store = ((DelegatingLogStore) log.store()).getDelegate(log.logPath());
    assertThat(((LogStoreAdaptor) store).logStoreImpl()).isInstanceOf(HardLinkLogStore.class);
  }

  @Test
  void timesAreUtcAndMicroseconds() {
    Object time = spark.sql("select cast(timestamp'2026-11-22 10:15:30.123456' as string)").first();
    assertThat(time.toString()).isEqualTo("[2026-11-22 10:15:30.123456]");
    assertThat(spark.conf().get("spark.sql.session.timeZone")).isEqualTo("UTC");
    assertThat(spark.conf().get("spark.sql.shuffle.partitions")).isEqualTo("3");
    assertThat(spark.sparkContext().uiWebUrl().isEmpty()).isTrue();
  }
}
