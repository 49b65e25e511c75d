package dev.anabranch.cli.replay;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalUnit;
import java.util.UUID;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * Values of Parquet as texts: numbers and decimals in plain digits, dates and times in ISO 8601. A
 * timestamp that is adjusted to UTC ends in {@code Z}; another has no zone.
 */
final class ParquetValues {

  private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;

  private ParquetValues() {}

  /** The value of a plain column that is present. */
  static String text(Group group, int place) {
    PrimitiveType type = group.getType().getType(place).asPrimitiveType();
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> Boolean.toString(group.getBoolean(place, 0));
      case FLOAT -> plain(Float.toString(group.getFloat(place, 0)));
      case DOUBLE -> plain(Double.toString(group.getDouble(place, 0)));
      case INT32 -> whole(group.getInteger(place, 0), type.getLogicalTypeAnnotation(), 32);
      case INT64 -> whole(group.getLong(place, 0), type.getLogicalTypeAnnotation(), 64);
      case INT96 -> int96(group.getInt96(place, 0));
      case BINARY, FIXED_LEN_BYTE_ARRAY ->
          bytes(group.getBinary(place, 0), type.getLogicalTypeAnnotation());
    };
  }

  /** A float in plain digits; NaN and the infinities by their names. */
  private static String plain(String number) {
    return number.endsWith("N") || number.endsWith("y")
        ? number
        : new BigDecimal(number).toPlainString();
  }

  private static String whole(long value, LogicalTypeAnnotation annotation, int bits) {
    if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
      return BigDecimal.valueOf(value, decimal.getScale()).toPlainString();
    }
    if (annotation instanceof DateLogicalTypeAnnotation) {
      return LocalDate.ofEpochDay(value).toString();
    }
    if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
      Instant instant = Instant.EPOCH.plus(value, unit(timestamp.getUnit()));
      return timestamp.isAdjustedToUTC()
          ? instant.toString()
          : LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
    }
    if (annotation instanceof TimeLogicalTypeAnnotation time) {
      return LocalTime.MIDNIGHT.plus(value, unit(time.getUnit())).toString();
    }
    boolean unsigned = annotation instanceof IntLogicalTypeAnnotation whole && !whole.isSigned();
    if (unsigned) {
      return bits == 32
          ? Long.toString(Integer.toUnsignedLong((int) value))
          : Long.toUnsignedString(value);
    }
    return Long.toString(value);
  }

  private static TemporalUnit unit(TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> ChronoUnit.MILLIS;
      case MICROS -> ChronoUnit.MICROS;
      case NANOS -> ChronoUnit.NANOS;
    };
  }

  /** The timestamps of old writers: nanoseconds of the day, then the Julian day. */
  private static String int96(Binary value) {
    ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long nanoOfDay = bytes.getLong();
    long day = bytes.getInt() - JULIAN_DAY_OF_EPOCH;
    return Instant.EPOCH.plus(day, ChronoUnit.DAYS).plusNanos(nanoOfDay).toString();
  }

  private static String bytes(Binary value, LogicalTypeAnnotation annotation) {
    if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
      return new BigDecimal(new BigInteger(value.getBytes()), decimal.getScale()).toPlainString();
    }
    if (annotation instanceof UUIDLogicalTypeAnnotation) {
      ByteBuffer bytes = value.toByteBuffer();
      return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }
    return value.toStringUsingUTF8();
  }
}
