package dev.anabranch.lakehouse.view;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An immutable column of tiles, in primitive arrays. */
public sealed interface Column extends Serializable {
  int size();

  /** Instants in microseconds, or counts. */
  record Longs(long[] values) implements Column {
    @Override
    public int size() {
      return values.length;
    }

    public long at(int row) {
      return values[row];
    }
  }

  /** Text as UTF-8, end to end in one array; row i is the bytes from ends[i-1] to ends[i]. */
  record Texts(byte[] bytes, int[] ends) implements Column {
    @Override
    public int size() {
      return ends.length;
    }

    private int start(int row) {
      return row == 0 ? 0 : ends[row - 1];
    }

    public String at(int row) {
      return new String(bytes, start(row), ends[row] - start(row), StandardCharsets.UTF_8);
    }

    /** By code point, which is the order of unsigned UTF-8 bytes. */
    public int compare(int row, Texts other, int otherRow) {
      return Arrays.compareUnsigned(
          bytes, start(row), ends[row], other.bytes, other.start(otherRow), other.ends[otherRow]);
    }

    public int compare(int row, byte[] utf8) {
      return Arrays.compareUnsigned(bytes, start(row), ends[row], utf8, 0, utf8.length);
    }
  }

  /** Exact sums in cents: high * 10^18 + low, with low in [0, 10^18). */
  record Money(long[] high, long[] low) implements Column {
    static final long BASE = 1_000_000_000_000_000_000L;

    @Override
    public int size() {
      return low.length;
    }

    public BigDecimal at(int row) {
      return decimal(high[row], low[row]);
    }

    /** The sum as a decimal with two decimals. */
    public static BigDecimal decimal(long high, long low) {
      return high == 0
          ? BigDecimal.valueOf(low, 2)
          : new BigDecimal(
              BigInteger.valueOf(high)
                  .multiply(BigInteger.valueOf(BASE))
                  .add(BigInteger.valueOf(low)),
              2);
    }
  }

  /**
   * Distinct counts: a sketch each row ({@link DistinctSketch}), and the exact count where a batch
   * run has counted, else {@link #UNKNOWN}.
   */
  record Distincts(byte[][] sketches, long[] exact) implements Column {
    public static final long UNKNOWN = -1;

    @Override
    public int size() {
      return exact.length;
    }
  }
}
