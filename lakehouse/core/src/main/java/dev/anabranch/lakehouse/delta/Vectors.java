package dev.anabranch.lakehouse.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/** The Kernel's column vectors over data that we hold: what {@link ParquetFiles} writes. */
public final class Vectors {
  private Vectors() {}

  public static ColumnarBatch batch(StructType schema, int size, List<ColumnVector> columns) {
    return new ColumnarBatch() {
      @Override
      public StructType getSchema() {
        return schema;
      }

      @Override
      public ColumnVector getColumnVector(int ordinal) {
        return columns.get(ordinal);
      }

      @Override
      public int getSize() {
        return size;
      }
    };
  }

  /** For LONG and TIMESTAMP (microseconds) columns. */
  public static ColumnVector longs(DataType type, int size, IntToLongFunction value) {
    return new Vector(type, size) {
      @Override
      public long getLong(int row) {
        return value.applyAsLong(row);
      }
    };
  }

  public static ColumnVector ints(int size, IntToLongFunction value) {
    return new Vector(IntegerType.INTEGER, size) {
      @Override
      public int getInt(int row) {
        return Math.toIntExact(value.applyAsLong(row));
      }
    };
  }

  /** A TIMESTAMP column of microseconds; null where there is none. */
  public static ColumnVector instants(int size, IntFunction<Long> micros) {
    return optionalLongs(TimestampType.TIMESTAMP, size, micros);
  }

  /** As {@link #longs}; null where there is none. */
  public static ColumnVector optionalLongs(DataType type, int size, IntFunction<Long> value) {
    return new Vector(type, size) {
      @Override
      public boolean isNullAt(int row) {
        return value.apply(row) == null;
      }

      @Override
      public long getLong(int row) {
        return value.apply(row);
      }
    };
  }

  public static ColumnVector doubles(int size, IntToDoubleFunction value) {
    return new Vector(DoubleType.DOUBLE, size) {
      @Override
      public double getDouble(int row) {
        return value.applyAsDouble(row);
      }
    };
  }

  /** As {@link #doubles}; null where there is none. */
  public static ColumnVector optionalDoubles(int size, IntFunction<OptionalDouble> value) {
    return new Vector(DoubleType.DOUBLE, size) {
      @Override
      public boolean isNullAt(int row) {
        return value.apply(row).isEmpty();
      }

      @Override
      public double getDouble(int row) {
        return value.apply(row).getAsDouble();
      }
    };
  }

  public static ColumnVector booleans(int size, IntPredicate value) {
    return new Vector(BooleanType.BOOLEAN, size) {
      @Override
      public boolean getBoolean(int row) {
        return value.test(row);
      }
    };
  }

  public static ColumnVector texts(int size, IntFunction<String> value) {
    return new Vector(StringType.STRING, size) {
      @Override
      public boolean isNullAt(int row) {
        return value.apply(row) == null;
      }

      @Override
      public String getString(int row) {
        return value.apply(row);
      }
    };
  }

  public static ColumnVector binaries(int size, IntFunction<byte[]> value) {
    return new Vector(BinaryType.BINARY, size) {
      @Override
      public boolean isNullAt(int row) {
        return value.apply(row) == null;
      }

      @Override
      public byte[] getBinary(int row) {
        return value.apply(row);
      }
    };
  }

  public static ColumnVector decimals(DataType type, int size, IntFunction<BigDecimal> value) {
    return new Vector(type, size) {
      @Override
      public BigDecimal getDecimal(int row) {
        return value.apply(row);
      }
    };
  }

  /** A column of maps from int or string to long; null where there is none. */
  public static ColumnVector maps(
      DataType type, int size, IntFunction<? extends SortedMap<?, Long>> value) {
    return new Vector(type, size) {
      @Override
      public boolean isNullAt(int row) {
        return value.apply(row) == null;
      }

      @Override
      public MapValue getMap(int row) {
        return mapValue(value.apply(row));
      }
    };
  }

  public static ColumnVector nulls(DataType type, int size) {
    return new Nulls(type, size);
  }

  /** A column that holds nothing. */
  static final class Nulls extends Vector {
    private Nulls(DataType type, int size) {
      super(type, size);
    }

    @Override
    public boolean isNullAt(int row) {
      return true;
    }
  }

  private static <K> MapValue mapValue(SortedMap<K, Long> map) {
    List<Map.Entry<K, Long>> entries = List.copyOf(map.entrySet());
    return new MapValue() {
      @Override
      public int getSize() {
        return entries.size();
      }

      @Override
      public ColumnVector getKeys() {
        return map.firstKey() instanceof Integer
            ? ints(entries.size(), row -> (Integer) entries.get(row).getKey())
            : texts(entries.size(), row -> (String) entries.get(row).getKey());
      }

      @Override
      public ColumnVector getValues() {
        return longs(LongType.LONG, entries.size(), row -> entries.get(row).getValue());
      }
    };
  }

  private abstract static class Vector implements ColumnVector {
    private final DataType type;
    private final int size;

    Vector(DataType type, int size) {
      this.type = Objects.requireNonNull(type);
      this.size = size;
    }

    @Override
    public DataType getDataType() {
      return type;
    }

    @Override
    public int getSize() {
      return size;
    }

    @Override
    public boolean isNullAt(int row) {
      return false;
    }

    @Override
    public void close() {}
  }
}
