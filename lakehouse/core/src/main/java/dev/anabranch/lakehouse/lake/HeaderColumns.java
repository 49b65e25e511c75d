package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.Vectors;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.TimestampType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** The columns of an epoch's header, in the tables of all streams. */
final class HeaderColumns {
  private static final MapType OFFSETS = new MapType(IntegerType.INTEGER, LongType.LONG, false);

  /** Their types by name, in order. */
  static final Map<String, DataType> TYPES = types();

  private HeaderColumns() {}

  private static Map<String, DataType> types() {
    Map<String, DataType> types = new LinkedHashMap<>();
    types.put("first_epoch", LongType.LONG);
    types.put("epoch", LongType.LONG);
    types.put("from_offsets", OFFSETS);
    types.put("until_offsets", OFFSETS);
    types.put("newest_kafka_timestamp", TimestampType.TIMESTAMP);
    types.put("accepted_total", LongType.LONG);
    types.put("quarantined_total", LongType.LONG);
    types.put("duplicates_total", LongType.LONG);
    types.put("late_total", LongType.LONG);
    types.put("watermark", TimestampType.TIMESTAMP);
    types.put("newest_event_times", OFFSETS);
    types.put("newest_kafka_times", OFFSETS);
    types.put("newest_accepted_times", OFFSETS);
    return types;
  }

  /** A header's values, without the columns that are null. */
  static Map<String, ColumnVector> of(EpochHeader header) {
    Map<String, ColumnVector> columns = new LinkedHashMap<>();
    columns.put("first_epoch", number(header.firstEpoch()));
    columns.put("epoch", number(header.epoch()));
    columns.put("from_offsets", map(header.from().byPartition()));
    columns.put("until_offsets", map(header.until().byPartition()));
    header
        .newestKafkaTimestamp()
        .ifPresent(millis -> columns.put("newest_kafka_timestamp", instant(millis * 1000)));
    columns.put("accepted_total", number(header.acceptedTotal()));
    columns.put("quarantined_total", number(header.quarantinedTotal()));
    columns.put("duplicates_total", number(header.duplicatesTotal()));
    columns.put("late_total", number(header.lateTotal()));
    header.watermark().ifPresent(micros -> columns.put("watermark", instant(micros)));
    columns.put("newest_event_times", map(header.newestEventTimes()));
    columns.put("newest_kafka_times", map(header.newestKafkaTimes()));
    columns.put("newest_accepted_times", map(header.newestAcceptedTimes()));
    return columns;
  }

  private static ColumnVector number(long value) {
    return Vectors.longs(LongType.LONG, 1, row -> value);
  }

  private static ColumnVector instant(long micros) {
    return Vectors.longs(TimestampType.TIMESTAMP, 1, row -> micros);
  }

  private static ColumnVector map(SortedMap<Integer, Long> value) {
    return Vectors.maps(OFFSETS, 1, row -> value);
  }

  /** The header in a row of a batch that has all of these columns. */
  static EpochHeader read(ColumnarBatch batch, int row) {
    OptionalLong newest = optionalInstant(batch, row, "newest_kafka_timestamp");
    return new EpochHeader(
        wholeNumber(batch, row, "first_epoch"),
        wholeNumber(batch, row, "epoch"),
        new Offsets(offsets(batch, row, "from_offsets")),
        new Offsets(offsets(batch, row, "until_offsets")),
        newest.isPresent() ? OptionalLong.of(newest.getAsLong() / 1000) : newest,
        wholeNumber(batch, row, "accepted_total"),
        wholeNumber(batch, row, "quarantined_total"),
        wholeNumber(batch, row, "duplicates_total"),
        wholeNumber(batch, row, "late_total"),
        optionalInstant(batch, row, "watermark"),
        offsets(batch, row, "newest_event_times"),
        offsets(batch, row, "newest_kafka_times"),
        offsets(batch, row, "newest_accepted_times"));
  }

  private static ColumnVector column(ColumnarBatch batch, String name) {
    return batch.getColumnVector(batch.getSchema().indexOf(name));
  }

  private static long wholeNumber(ColumnarBatch batch, int row, String name) {
    return column(batch, name).getLong(row);
  }

  private static OptionalLong optionalInstant(ColumnarBatch batch, int row, String name) {
    ColumnVector column = column(batch, name);
    return column.isNullAt(row) ? OptionalLong.empty() : OptionalLong.of(column.getLong(row));
  }

  private static SortedMap<Integer, Long> offsets(ColumnarBatch batch, int row, String name) {
    SortedMap<Integer, Long> result = new TreeMap<>();
    ColumnVector column = column(batch, name);
    if (!column.isNullAt(row)) {
      MapValue map = column.getMap(row);
      for (int i = 0; i < map.getSize(); i++) {
        result.put(map.getKeys().getInt(i), map.getValues().getLong(i));
      }
    }
    return result;
  }
}
