package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.Vectors;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.TimestampType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Columns of a single row, and the values of one row of a batch; empty is null. */
final class OneRow {
  private final ColumnarBatch batch;
  private final int row;

  /** A row to read. */
  OneRow(ColumnarBatch batch, int row) {
    this.batch = batch;
    this.row = row;
  }

  ColumnVector column(String name) {
    return batch.getColumnVector(batch.getSchema().indexOf(name));
  }

  int index() {
    return row;
  }

  boolean isNull(String name) {
    return column(name).isNullAt(row);
  }

  String text(String name) {
    return column(name).getString(row);
  }

  Optional<String> optionalText(String name) {
    return isNull(name) ? Optional.empty() : Optional.of(text(name));
  }

  long number(String name) {
    return column(name).getLong(row);
  }

  double real(String name) {
    return column(name).getDouble(row);
  }

  boolean flag(String name) {
    return column(name).getBoolean(row);
  }

  Instant instant(String name) {
    return Instant.EPOCH.plus(number(name), ChronoUnit.MICROS);
  }

  Optional<Instant> optionalInstant(String name) {
    return isNull(name) ? Optional.empty() : Optional.of(instant(name));
  }

  static ColumnVector of(String value) {
    return Vectors.texts(1, row -> value);
  }

  static ColumnVector ofText(Optional<String> value) {
    return of(value.orElse(null));
  }

  static ColumnVector of(long value) {
    return Vectors.longs(LongType.LONG, 1, row -> value);
  }

  static ColumnVector ofNumber(Optional<Long> value) {
    return value.map(OneRow::of).orElseGet(() -> Vectors.nulls(LongType.LONG, 1));
  }

  static ColumnVector of(double value) {
    return Vectors.doubles(1, row -> value);
  }

  static ColumnVector of(Instant value) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, value);
    return Vectors.longs(TimestampType.TIMESTAMP, 1, row -> micros);
  }

  static ColumnVector ofInstant(Optional<Instant> value) {
    return value.map(OneRow::of).orElseGet(() -> Vectors.nulls(TimestampType.TIMESTAMP, 1));
  }
}
