package dev.anabranch.lakehouse.delta;

import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * Parquet's schema for the types that our tables have, as the Delta protocol and Parquet's logical
 * types ask for it. Every column is optional.
 */
final class ParquetSchemas {
  /** Bytes of a decimal of 38 digits. */
  static final int DECIMAL_BYTES = 16;

  private ParquetSchemas() {}

  static MessageType of(StructType schema) {
    Types.MessageTypeBuilder message = Types.buildMessage();
    schema
        .fields()
        .forEach(
            field ->
                message.addField(type(field.getName(), field.getDataType(), Repetition.OPTIONAL)));
    return message.named("row");
  }

  private static Type type(String name, DataType type, Repetition repetition) {
    if (type instanceof MapType map) {
      Repetition value = map.isValueContainsNull() ? Repetition.OPTIONAL : Repetition.REQUIRED;
      return Types.buildGroup(repetition)
          .as(LogicalTypeAnnotation.mapType())
          .repeatedGroup()
          .addField(type("key", map.getKeyType(), Repetition.REQUIRED))
          .addField(type("value", map.getValueType(), value))
          .named("key_value")
          .named(name);
    }
    if (type instanceof DecimalType decimal) {
      return Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
          .length(DECIMAL_BYTES)
          .as(LogicalTypeAnnotation.decimalType(decimal.getScale(), decimal.getPrecision()))
          .named(name);
    }
    if (type instanceof StringType) {
      return Types.primitive(PrimitiveTypeName.BINARY, repetition)
          .as(LogicalTypeAnnotation.stringType())
          .named(name);
    }
    if (type instanceof TimestampType) {
      return Types.primitive(PrimitiveTypeName.INT64, repetition)
          .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
          .named(name);
    }
    return Types.primitive(plain(type), repetition).named(name);
  }

  private static PrimitiveTypeName plain(DataType type) {
    if (type instanceof BinaryType) {
      return PrimitiveTypeName.BINARY;
    } else if (type instanceof IntegerType) {
      return PrimitiveTypeName.INT32;
    } else if (type instanceof LongType) {
      return PrimitiveTypeName.INT64;
    } else if (type instanceof DoubleType) {
      return PrimitiveTypeName.DOUBLE;
    } else if (type instanceof BooleanType) {
      return PrimitiveTypeName.BOOLEAN;
    }
    throw new IllegalArgumentException("No table of ours has a column of type " + type);
  }
}
