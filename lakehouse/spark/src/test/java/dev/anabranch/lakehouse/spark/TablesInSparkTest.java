package dev.anabranch.lakehouse.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.delta.Vectors;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.io.File;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own writer and Spark's Delta on the same tables. */
class TablesInSparkTest {
  private static final DecimalType MONEY = new DecimalType(38, 2);
  private static final MapType OFFSETS = new MapType(IntegerType.INTEGER, LongType.LONG, false);
  private static final MapType COUNTS = new MapType(StringType.STRING, LongType.LONG, false);

  /** Every type that {@code ParquetFiles} writes. */
  private static final StructType SCHEMA =
      new StructType()
          .add("text", StringType.STRING)
          .add("bytes", BinaryType.BINARY)
          .add("int", IntegerType.INTEGER)
          .add("long", LongType.LONG)
          .add("instant", TimestampType.TIMESTAMP)
          .add("money", MONEY)
          .add("offsets", OFFSETS)
          .add("counts", COUNTS)
          .add("nothing", StringType.STRING);

  private static final List<String> TEXTS =
      Arrays.asList("", "é\u0000\uD83D\uDE00", null, "x".repeat(70_000));
  private static final List<BigDecimal> AMOUNTS =
      List.of(
          new BigDecimal("0.00"),
          new BigDecimal("-0.01"),
          new BigDecimal("9".repeat(36) + ".99"),
          new BigDecimal("9".repeat(36) + ".99").negate());
  private static final long[] MICROS = {0, -1, 1_790_000_000_123_456L, 4_102_444_800_000_000L};

  private static final StructType VALUES = new StructType().add("value", LongType.LONG);
  private static final int ROUNDS = 20;
  private static final int COMMITS_A_ROUND = 40;

  private static SparkSession spark;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = TestSpark.start();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void sparkReadsEveryTypeThatWeWrite() {
    TableWriter table = TableWriter.open(Storage.local(), table(folder), SCHEMA, Clock.systemUTC());
    DataFile file = table.write(List.of(rows()));
    table.append(List.of(file));
    // Through the table's log and schema, and by what the file says of itself.
    check(spark.read().format("delta").load(table(folder).toString()));
    check(spark.read().parquet(file.path()));
  }

  private static ColumnarBatch rows() {
    int size = TEXTS.size();
    TreeMap<Integer, Long> offsets = new TreeMap<>(Map.of(0, 1L, 3, Long.MAX_VALUE));
    TreeMap<String, Long> counts = new TreeMap<>(Map.of("a", -1L, "größer", 0L));
    return Vectors.batch(
        SCHEMA,
        size,
        List.of(
            Vectors.texts(size, TEXTS::get),
            Vectors.binaries(size, row -> row == 1 ? null : new byte[] {0, -1, (byte) row}),
            Vectors.ints(size, row -> row - 2),
            Vectors.longs(LongType.LONG, size, row -> Long.MIN_VALUE + row),
            Vectors.longs(TimestampType.TIMESTAMP, size, row -> MICROS[row]),
            Vectors.decimals(MONEY, size, AMOUNTS::get),
            Vectors.maps(
                OFFSETS, size, row -> row == 1 ? null : row == 0 ? offsets : new TreeMap<>()),
            Vectors.maps(
                COUNTS, size, row -> row == 1 ? null : row == 0 ? counts : new TreeMap<>()),
            Vectors.nulls(StringType.STRING, size)));
  }

  private static void check(Dataset<Row> table) {
    List<Row> rows =
        table
            .selectExpr(
                "text",
                "bytes",
                "`int`",
                "`long`",
                "unix_micros(instant)",
                "money",
                "offsets",
                "counts",
                "nothing")
            .orderBy("long")
            .collectAsList();
    assertThat(rows).hasSize(TEXTS.size());
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      assertThat(row.getString(0)).isEqualTo(TEXTS.get(i));
      assertThat((byte[]) row.get(1)).isEqualTo(i == 1 ? null : new byte[] {0, -1, (byte) i});
      assertThat(row.getInt(2)).isEqualTo(i - 2);
      assertThat(row.getLong(3)).isEqualTo(Long.MIN_VALUE + i);
      assertThat(row.getLong(4)).isEqualTo(MICROS[i]);
      assertThat(row.getDecimal(5)).isEqualTo(AMOUNTS.get(i));
      assertThat(row.isNullAt(6)).isEqualTo(i == 1);
      assertThat(row.isNullAt(7)).isEqualTo(i == 1);
      if (i != 1) {
        assertThat(row.<Integer, Long>getJavaMap(6))
            .isEqualTo(i == 0 ? Map.of(0, 1L, 3, Long.MAX_VALUE) : Map.of());
        assertThat(row.<String, Long>getJavaMap(7))
            .isEqualTo(i == 0 ? Map.of("a", -1L, "größer", 0L) : Map.of());
      }
      assertThat(row.isNullAt(8)).isTrue();
    }
  }

  /** Spark's Delta in this process against our writer in another: no commit is lost or doubled. */
  @Test
  void sparkAndOurWriterLoseNoCommitToEachOther() throws Exception {
    String location = table(folder).toString();
    TableWriter.open(Storage.local(), table(folder), VALUES, Clock.systemUTC());
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(new File(folder.toFile(), "writer.log"))
            .start();
    try (OutputStream round = other.getOutputStream()) {
      for (long value = 1; value <= ROUNDS; value++) {
        // While the other makes several commits, Spark makes one.
        round.write('\n');
        round.flush();
        spark
            .range(-value, -value + 1)
            .toDF("value")
            .write()
            .format("delta")
            .mode("append")
            .save(location);
      }
    } finally {
      // It ends by itself with its standard input.
      assertThat(other.waitFor()).isZero();
    }
    List<Long> expected = LongStream.range(-ROUNDS, ROUNDS * COMMITS_A_ROUND).boxed().toList();
    List<Row> rows = spark.read().format("delta").load(location).collectAsList();
    assertThat(rows)
        .extracting(row -> row.getLong(0))
        .containsExactlyInAnyOrderElementsOf(expected);
    TableTail tail = new TableTail(Storage.local(), table(folder));
    tail.poll();
    assertThat(tail.version()).isEqualTo(expected.size());
    assertThat(tail.files()).hasSize(expected.size());
  }

  private static org.apache.hadoop.fs.Path table(Path folder) {
    return new org.apache.hadoop.fs.Path(folder.toUri().toString(), "table");
  }

  /** The other process: commits some values for each byte on its standard input. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws Exception {
      TableWriter writer =
          TableWriter.open(
              Storage.local(), table(Path.of(arguments[0])), VALUES, Clock.systemUTC());
      long next = 0;
      while (System.in.read() >= 0) {
        for (long end = next + COMMITS_A_ROUND; next < end; next++) {
          long value = next;
          ColumnarBatch row =
              Vectors.batch(VALUES, 1, List.of(Vectors.longs(LongType.LONG, 1, ignored -> value)));
          writer.append(List.of(writer.write(List.of(row))));
        }
      }
    }
  }
}
