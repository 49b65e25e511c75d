package dev.anabranch.lakehouse.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.MapValue;
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
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/** Hands rows of the Kernel's batches to Parquet's writer, by their position in the batch. */
final class BatchWriteSupport extends WriteSupport<Integer> {
  private final StructType schema;
  private final List<Field> fields = new ArrayList<>();
  private RecordConsumer out;

  BatchWriteSupport(StructType schema) {
    this.schema = schema;
  }

  @Override
  public WriteContext init(Configuration configuration) {
    MessageType message = ParquetSchemas.of(schema);
    return new WriteContext(message, Map.of());
  }

  @Override
  public void prepareForWrite(RecordConsumer consumer) {
    this.out = consumer;
  }

  /** The batch whose rows come next. */
  void begin(ColumnarBatch batch) {
    fields.clear();
    for (int i = 0; i < schema.length(); i++) {
      ColumnVector column = batch.getColumnVector(i);
      // Half of a row of tiles are columns of the other views.
      if (!(column instanceof Vectors.Nulls)) {
        fields.add(new Field(i, schema.at(i).getName(), column, cell(schema.at(i).getDataType())));
      }
    }
  }

  @Override
  public void write(Integer row) {
    out.startMessage();
    for (Field field : fields) {
      if (!field.column.isNullAt(row)) {
        out.startField(field.name, field.position);
        field.cell.write(field.column, row, out);
        out.endField(field.name, field.position);
      }
    }
    out.endMessage();
  }

  private record Field(int position, String name, ColumnVector column, Cell cell) {}

  /** Writes one value that is not null. */
  private interface Cell {
    void write(ColumnVector column, int row, RecordConsumer out);
  }

  private static Cell cell(DataType type) {
    if (type instanceof StringType) {
      return (column, row, out) -> out.addBinary(Binary.fromString(column.getString(row)));
    } else if (type instanceof BinaryType) {
      return (column, row, out) ->
          out.addBinary(Binary.fromConstantByteArray(column.getBinary(row)));
    } else if (type instanceof IntegerType) {
      return (column, row, out) -> out.addInteger(column.getInt(row));
    } else if (type instanceof LongType || type instanceof TimestampType) {
      return (column, row, out) -> out.addLong(column.getLong(row));
    } else if (type instanceof DoubleType) {
      return (column, row, out) -> out.addDouble(column.getDouble(row));
    } else if (type instanceof BooleanType) {
      return (column, row, out) -> out.addBoolean(column.getBoolean(row));
    } else if (type instanceof DecimalType decimal) {
      return (column, row, out) -> out.addBinary(fixed(column.getDecimal(row), decimal.getScale()));
    } else if (type instanceof MapType map) {
      return map(cell(map.getKeyType()), cell(map.getValueType()));
    }
    throw new IllegalArgumentException("No table of ours has a column of type " + type);
  }

  /** Big endian two's complement of the unscaled value. */
  private static Binary fixed(BigDecimal value, int scale) {
    byte[] digits = value.setScale(scale).unscaledValue().toByteArray();
    byte[] fixed = new byte[ParquetSchemas.DECIMAL_BYTES];
    Arrays.fill(fixed, 0, fixed.length - digits.length, (byte) (value.signum() < 0 ? -1 : 0));
    System.arraycopy(digits, 0, fixed, fixed.length - digits.length, digits.length);
    return Binary.fromConstantByteArray(fixed);
  }

  /** Maps without null values. */
  private static Cell map(Cell key, Cell value) {
    return (column, row, out) -> {
      MapValue map = column.getMap(row);
      out.startGroup();
      if (map.getSize() > 0) {
        out.startField("key_value", 0);
        for (int entry = 0; entry < map.getSize(); entry++) {
          out.startGroup();
          out.startField("key", 0);
          key.write(map.getKeys(), entry, out);
          out.endField("key", 0);
          out.startField("value", 1);
          value.write(map.getValues(), entry, out);
          out.endField("value", 1);
          out.endGroup();
        }
        out.endField("key_value", 0);
      }
      out.endGroup();
    };
  }
}
