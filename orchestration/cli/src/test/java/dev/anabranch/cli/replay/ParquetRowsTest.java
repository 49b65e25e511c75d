package dev.anabranch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetRowsTest {

  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message rows {
            required binary text (STRING);
            optional int32 small;
            optional int64 big;
            optional int32 unsigned (INTEGER(32,false));
            optional double price;
            optional float ratio;
            optional int64 cents (DECIMAL(18,2));
            optional fixed_len_byte_array(9) wide (DECIMAL(20,4));
            optional boolean yes;
            optional int32 day (DATE);
            optional int64 utc (TIMESTAMP(MICROS,true));
            optional int64 local (TIMESTAMP(MILLIS,false));
            optional int96 old;
            optional group nested { optional int32 inner; }
          }
          """);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"})
  void readsEveryPlainType(CompressionCodecName codec) throws IOException {
    Path file = write(codec);
    List<String> columns =
        List.of(
            "utc",
            "text",
            "small",
            "big",
            "unsigned",
            "price",
            "ratio",
            "cents",
            "wide",
            "yes",
            "day",
            "local",
            "old");
    try (RowReader rows = ParquetRows.open(file, columns)) {
      assertThat(rows.next())
          .isEqualTo(
              Row.of(
                  1,
                  List.of(
                      "2024-01-04T10:00:00.000001Z",
                      "é",
                      "-7",
                      "1704362400000",
                      "4294967295",
                      "129.9",
                      "0.1",
                      "129.90",
                      "-1.2345",
                      "true",
                      "2024-01-04",
                      "2024-01-04T10:00",
                      "2024-01-04T10:00:00Z")));
      assertThat(rows.next().values()).startsWith("", "second", "").endsWith("");
      assertThat(rows.hasNext()).isFalse();
    }
  }

  @Test
  void rowsCanBeMappedWithoutAnyColumn() throws IOException {
    try (RowReader rows = ParquetRows.open(write(CompressionCodecName.SNAPPY), List.of())) {
      assertThat(rows.next().number()).isEqualTo(1);
      assertThat(rows.next().number()).isEqualTo(2);
      assertThat(rows.hasNext()).isFalse();
    }
  }

  @Test
  void mapsRows() throws IOException {
    Path mapping =
        Files.writeString(
            folder.resolve("mapping.conf"),
            """
            event_id { row = "p-" }
            lead_id { column = text }
            event_type { constant = purchase }
            amount { column = price, default = "0.00" }
            event_time { column = utc }
            """);
    Replays replayed = Replays.of(write(CompressionCodecName.SNAPPY), mapping);
    assertThat(replayed.events()).hasSize(1);
    assertThat(replayed.events().get(0).amountCents()).isEqualTo(12_990);
    assertThat(replayed.events().get(0).eventTimeMicros()).isEqualTo(1_704_362_400_000_001L);
    assertThat(replayed.unmapped().counts()).containsOnlyKeys("event_time: is empty");
  }

  @Test
  void columnsThatCannotBeReadAreErrors() throws IOException {
    Path file = write(CompressionCodecName.SNAPPY);
    assertThatThrownBy(() -> ParquetRows.open(file, List.of("text", "none")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("no column none")
        .hasMessageContaining("price");
    assertThatThrownBy(() -> ParquetRows.open(file, List.of("nested")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("nested");
  }

  private Path write(CompressionCodecName codec) throws IOException {
    Path file = folder.resolve("rows.parquet");
    Files.deleteIfExists(file);
    SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
    long micros = 1_704_362_400_000_001L;
    Group first =
        groups
            .newGroup()
            .append("text", "é")
            .append("small", -7)
            .append("big", 1_704_362_400_000L)
            .append("unsigned", -1)
            .append("price", 129.9)
            .append("ratio", 0.1f)
            .append("cents", 12_990L)
            .append("wide", Binary.fromConstantByteArray(padded(-12_345)))
            .append("yes", true)
            .append("day", 19_726)
            .append("utc", micros)
            .append("local", micros / 1_000)
            .append("old", int96(10 * 3_600_000_000_000L, 19_726 + 2_440_588));
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withType(SCHEMA)
            .withCompressionCodec(codec)
            .build()) {
      writer.write(first);
      writer.write(groups.newGroup().append("text", "second"));
    }
    return file;
  }

  private static byte[] padded(long value) {
    return ByteBuffer.allocate(9).put((byte) (value < 0 ? -1 : 0)).putLong(value).array();
  }

  private static Binary int96(long nanoOfDay, int julianDay) {
    return Binary.fromConstantByteArray(
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(nanoOfDay)
            .putInt(julianDay)
            .array());
  }
}
