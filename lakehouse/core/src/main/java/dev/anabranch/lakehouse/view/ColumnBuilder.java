package dev.anabranch.lakehouse.view;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Grows a column row by row; {@link #combine} merges into the row appended last. */
public abstract sealed class ColumnBuilder {
  protected int size;

  /** Starts a row with the value of another column of the same kind. */
  public abstract void append(Column source, int row);

  /** Starts a row with each value of a range of another column of the same kind. */
  public abstract void append(Column source, int from, int to);

  /** Merges another value into the row appended last. */
  public abstract void combine(Column source, int row);

  public abstract Column build();

  /** The builder for a key's column. */
  public static ColumnBuilder of(Key key) {
    if (key instanceof Key.Minute) {
      return new OfLongs(Math::max);
    }
    return new OfTexts();
  }

  /** The builder for a measure's column: this is where each kind of measure merges. */
  public static ColumnBuilder of(Measure measure) {
    if (measure instanceof Measure.Count) {
      return new OfLongs(Long::sum);
    } else if (measure instanceof Measure.Min) {
      return new OfLongs(Math::min);
    } else if (measure instanceof Measure.Max) {
      return new OfLongs(Math::max);
    } else if (measure instanceof Measure.Sum) {
      return new OfMoney();
    }
    return new OfDistincts();
  }

  private static long[] roomFor(long[] values, int size, int more) {
    return size + more <= values.length
        ? values
        : Arrays.copyOf(values, Math.max(values.length * 2, size + more));
  }

  /** Longs with a commutative and associative merge. */
  public static final class OfLongs extends ColumnBuilder {
    /** Merges two values. */
    @FunctionalInterface
    interface Merge {
      long apply(long left, long right);
    }

    private final Merge merge;
    private long[] values = new long[16];

    OfLongs(Merge merge) {
      this.merge = merge;
    }

    public void append(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    void combineAt(int row, long value) {
      values[row] = merge.apply(values[row], value);
    }

    @Override
    public void append(Column source, int row) {
      append(((Column.Longs) source).at(row));
    }

    @Override
    public void append(Column source, int from, int to) {
      values = roomFor(values, size, to - from);
      System.arraycopy(((Column.Longs) source).values(), from, values, size, to - from);
      size += to - from;
    }

    @Override
    public void combine(Column source, int row) {
      combineAt(size - 1, ((Column.Longs) source).at(row));
    }

    @Override
    public Column.Longs build() {
      return new Column.Longs(Arrays.copyOf(values, size));
    }
  }

  /** Text; keys only, so nothing to merge. */
  public static final class OfTexts extends ColumnBuilder {
    private byte[] bytes = new byte[256];
    private int[] ends = new int[16];
    private int used;

    public void append(String value) {
      append(value.getBytes(StandardCharsets.UTF_8));
    }

    public void append(byte[] utf8) {
      if (size == ends.length) {
        ends = Arrays.copyOf(ends, size * 2);
      }
      if (used + utf8.length > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + utf8.length));
      }
      System.arraycopy(utf8, 0, bytes, used, utf8.length);
      used += utf8.length;
      ends[size++] = used;
    }

    @Override
    public void append(Column source, int row) {
      append(source, row, row + 1);
    }

    @Override
    public void append(Column source, int from, int to) {
      Column.Texts texts = (Column.Texts) source;
      int begin = from == 0 ? 0 : texts.ends()[from - 1];
      int length = to == 0 ? 0 : texts.ends()[to - 1] - begin;
      if (used + length > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + length));
      }
      System.arraycopy(texts.bytes(), begin, bytes, used, length);
      if (size + to - from > ends.length) {
        ends = Arrays.copyOf(ends, Math.max(ends.length * 2, size + to - from));
      }
      for (int row = from; row < to; row++) {
        ends[size++] = texts.ends()[row] - begin + used;
      }
      used += length;
    }

    @Override
    public void combine(Column source, int row) {}

    @Override
    public Column.Texts build() {
      return new Column.Texts(Arrays.copyOf(bytes, used), Arrays.copyOf(ends, size));
    }
  }

  /** Exact sums; see {@link Column.Money} for the representation. */
  public static final class OfMoney extends ColumnBuilder {
    private long[] high = new long[16];
    private long[] low = new long[16];

    /** Cents from 0 to 10^18, exclusive. */
    public void append(long highPart, long lowPart) {
      if (size == low.length) {
        high = Arrays.copyOf(high, size * 2);
        low = Arrays.copyOf(low, size * 2);
      }
      high[size] = highPart;
      low[size++] = lowPart;
    }

    void combineAt(int row, long highPart, long lowPart) {
      long sum = low[row] + lowPart;
      boolean carry = sum >= Column.Money.BASE;
      low[row] = carry ? sum - Column.Money.BASE : sum;
      high[row] += highPart + (carry ? 1 : 0);
    }

    @Override
    public void append(Column source, int row) {
      Column.Money money = (Column.Money) source;
      append(money.high()[row], money.low()[row]);
    }

    @Override
    public void append(Column source, int from, int to) {
      Column.Money money = (Column.Money) source;
      high = roomFor(high, size, to - from);
      low = roomFor(low, size, to - from);
      System.arraycopy(money.high(), from, high, size, to - from);
      System.arraycopy(money.low(), from, low, size, to - from);
      size += to - from;
    }

    @Override
    public void combine(Column source, int row) {
      Column.Money money = (Column.Money) source;
      combineAt(size - 1, money.high()[row], money.low()[row]);
    }

    @Override
    public Column.Money build() {
      return new Column.Money(Arrays.copyOf(high, size), Arrays.copyOf(low, size));
    }
  }

  /** Distinct counts: sketches are united; an exact count holds only for a row that stays alone. */
  public static final class OfDistincts extends ColumnBuilder {
    private byte[][] sketches = new byte[16][];
    private long[] exact = new long[16];
    private final DistinctSketch.Merger merger = new DistinctSketch.Merger();

    public void append(byte[] sketch, long exactCount) {
      finishRow();
      if (size == exact.length) {
        sketches = Arrays.copyOf(sketches, size * 2);
        exact = Arrays.copyOf(exact, size * 2);
      }
      exact[size++] = exactCount;
      merger.reset();
      merger.add(sketch);
    }

    private void finishRow() {
      if (size > 0) {
        sketches[size - 1] = merger.result();
      }
    }

    @Override
    public void append(Column source, int row) {
      Column.Distincts distincts = (Column.Distincts) source;
      append(distincts.sketches()[row], distincts.exact()[row]);
    }

    @Override
    public void append(Column source, int from, int to) {
      if (from == to) {
        return;
      }
      Column.Distincts distincts = (Column.Distincts) source;
      finishRow();
      if (size + to - from > exact.length) {
        int room = Math.max(exact.length * 2, size + to - from);
        sketches = Arrays.copyOf(sketches, room);
        exact = Arrays.copyOf(exact, room);
      }
      System.arraycopy(distincts.sketches(), from, sketches, size, to - from);
      System.arraycopy(distincts.exact(), from, exact, size, to - from);
      size += to - from;
      merger.reset();
      merger.add(sketches[size - 1]);
    }

    @Override
    public void combine(Column source, int row) {
      merger.add(((Column.Distincts) source).sketches()[row]);
      exact[size - 1] = Column.Distincts.UNKNOWN;
    }

    @Override
    public Column.Distincts build() {
      finishRow();
      return new Column.Distincts(Arrays.copyOf(sketches, size), Arrays.copyOf(exact, size));
    }
  }
}
