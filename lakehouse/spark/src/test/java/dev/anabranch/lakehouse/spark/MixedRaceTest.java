package dev.anabranch.lakehouse.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.delta.Vectors;
import dev.anabranch.lakehouse.s3.ConditionalCreateLogStore;
import dev.anabranch.lakehouse.s3.Minio;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StructType;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.storage.DelegatingLogStore;
import org.apache.spark.sql.delta.storage.LogStore;
import org.apache.spark.sql.delta.storage.LogStoreAdaptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark's Delta and the platform's own writer, two processes on one table in a real MinIO. */
class MixedRaceTest {
  private static final int BY_SPARK = 20;
  private static final int BY_KERNEL = 200;
  private static final StructType SCHEMA = new StructType().add("id", LongType.LONG);

  @TempDir Path folder;

  @Test
  void neitherLosesACommitOfTheOther() throws Exception {
    try (Minio minio = Minio.start(folder.resolve("minio"))) {
      minio.bucket("mixed");
      URI lake = URI.create("s3a://mixed/lake");
      String table = lake + "/speed/table";
      Settings.S3 access = withFiles(minio);
      TableWriter.open(
          Storage.of(new Settings.Lake(lake, access)),
          new org.apache.hadoop.fs.Path(table),
          SCHEMA,
          Clock.systemUTC());
      SparkSession spark = session(new Settings.Lake(lake, access));
      try {
        assertSafe(spark, table);
        Process other = start(minio, lake);
        for (int i = 0; i < BY_SPARK; i++) {
          spark.range(i, i + 1).coalesce(1).write().format("delta").mode("append").save(table);
        }
        assertThat(other.waitFor()).as(() -> log()).isZero();
        List<Long> ids = new ArrayList<>();
        spark
            .read()
            .format("delta")
            .load(table)
            .collectAsList()
            .forEach(r -> ids.add(r.getLong(0)));
        assertThat(ids)
            .containsExactlyInAnyOrderElementsOf(
                LongStream.concat(
                        LongStream.range(0, BY_SPARK), LongStream.range(1_000, 1_000 + BY_KERNEL))
                    .boxed()
                    .toList());
        assertThat(version(spark, table)).isEqualTo(BY_SPARK + BY_KERNEL);
        assertSecretIsRedacted(spark, minio);
      } finally {
        spark.stop();
      }
    }
  }

  private Settings.S3 withFiles(Minio minio) throws Exception {
    return new Settings.S3(
        Optional.of(minio.endpoint()),
        "us-east-1",
        true,
        Optional.of(Files.writeString(folder.resolve("access"), minio.user() + "\n")),
        Optional.of(Files.writeString(folder.resolve("secret"), minio.password() + "\n")));
  }

  private static SparkSession session(Settings.Lake lake) {
    Settings defaults = Settings.load(Optional.empty(), Map.of(), ConfigFactory.empty());
    Settings settings =
        new Settings(
            lake,
            defaults.kafka(),
            defaults.spark(),
            defaults.speed(),
            defaults.kappa(),
            defaults.batch(),
            defaults.maintenance(),
            defaults.training(),
            defaults.scoring(),
            defaults.anomalies(),
            defaults.serving(),
            defaults.api(),
            defaults.airflow(),
            defaults.postgresql(),
            defaults.mlflow(),
            defaults.ledgerFile(),
            defaults.leftOut());
    return SparkSessions.start(settings, "test", Map.of());
  }

  private static long version(SparkSession spark, String table) {
    return DeltaLog.forTable(spark, table)
        .update(false, scala.Option.empty(), scala.Option.empty())
        .version();
  }

  private static void assertSafe(SparkSession spark, String table) {
    DeltaLog log = DeltaLog.forTable(spark, table);
    LogStore store = ((DelegatingLogStore) log.store()).getDelegate(log.logPath());
    assertThat(((LogStoreAdaptor) store).logStoreImpl())
        .isInstanceOf(ConditionalCreateLogStore.class);
  }

  /** As Spark shows its settings. */
  private static void assertSecretIsRedacted(SparkSession spark, Minio minio) {
    Map<String, String> shown = new TreeMap<>();
    spark.sql("SET").collectAsList().forEach(row -> shown.put(row.getString(0), row.getString(1)));
    assertThat(shown).containsKey("spark.hadoop.fs.s3a.secret.key");
    assertThat(shown.values()).doesNotContain(minio.password(), minio.user());
  }

  private Process start(Minio minio, URI lake) throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            lake.toString(),
            minio.endpoint().toString());
    command.environment().putAll(minio.environment());
    return command.redirectErrorStream(true).redirectOutput(logFile()).start();
  }

  private File logFile() {
    return folder.resolve("writer.log").toFile();
  }

  private String log() {
    try {
      return Files.readString(logFile().toPath());
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The other process. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) {
      Settings.S3 access =
          new Settings.S3(
              Optional.of(URI.create(arguments[1])),
              "us-east-1",
              true,
              Optional.empty(),
              Optional.empty());
      URI lake = URI.create(arguments[0]);
      TableWriter writer =
          TableWriter.open(
              Storage.of(new Settings.Lake(lake, access)),
              new org.apache.hadoop.fs.Path(lake + "/speed/table"),
              SCHEMA,
              Clock.systemUTC());
      for (long i = 0; i < BY_KERNEL; i++) {
        long id = 1_000 + i;
        DataFile file =
            writer.write(
                List.of(
                    Vectors.batch(
                        SCHEMA, 1, List.of(Vectors.longs(LongType.LONG, 1, ignored -> id)))));
        writer.append(List.of(file));
      }
    }
  }
}
