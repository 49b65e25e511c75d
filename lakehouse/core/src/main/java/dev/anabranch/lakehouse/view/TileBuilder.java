package dev.anabranch.lakehouse.view;

import dev.anabranch.lakehouse.event.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.hll.HllSketch;

/** Folds events into the tiles of one view, in memory; each event must be added once. */
public final class TileBuilder {
  private final View view;
  private final Map<GroupKey, Group> groups = new HashMap<>();

  public TileBuilder(View view) {
    this.view = view;
  }

  public void add(Event event) {
    Object[] parts = new Object[view.keys().size()];
    for (int k = 0; k < parts.length; k++) {
      Key key = view.keys().get(k);
      parts[k] =
          key instanceof Key.Text text
              ? text.field().of(event)
              : (Object) Key.Minute.floor(event.eventTimeMicros());
    }
    groups.computeIfAbsent(new GroupKey(parts), key -> new Group(view)).add(event);
  }

  public Tiles build() {
    TilesAppender rows = new TilesAppender(view);
    groups.forEach(
        (key, group) -> {
          for (int k = 0; k < key.parts.length; k++) {
            if (key.parts[k] instanceof Long minute) {
              ((ColumnBuilder.OfLongs) rows.key(k)).append(minute);
            } else {
              ((ColumnBuilder.OfTexts) rows.key(k)).append((String) key.parts[k]);
            }
          }
          group.appendTo(rows);
        });
    return rows.build();
  }

  private static final class GroupKey {
    private final Object[] parts;
    private final int hash;

    GroupKey(Object[] parts) {
      this.parts = parts;
      this.hash = Arrays.hashCode(parts);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof GroupKey that
          && hash == that.hash
          && Arrays.equals(parts, that.parts);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private static final class Group {
    private final List<Cell> cells = new ArrayList<>();

    Group(View view) {
      for (Measure measure : view.measures()) {
        cells.add(Cell.of(measure));
      }
    }

    void add(Event event) {
      for (Cell cell : cells) {
        cell.add(event);
      }
    }

    void appendTo(TilesAppender rows) {
      for (int m = 0; m < cells.size(); m++) {
        cells.get(m).appendTo(rows.measure(m));
      }
    }
  }

  /** One measure of one group, while events come in. */
  private interface Cell {
    void add(Event event);

    void appendTo(ColumnBuilder column);

    static Cell of(Measure measure) {
      if (measure instanceof Measure.Count count) {
        return new CountCell(count);
      } else if (measure instanceof Measure.Sum sum) {
        return new SumCell(sum);
      } else if (measure instanceof Measure.Min min) {
        return new ExtremeCell(min.field(), Math::min, Long.MAX_VALUE);
      } else if (measure instanceof Measure.Max max) {
        return new ExtremeCell(max.field(), Math::max, Long.MIN_VALUE);
      }
      return new DistinctCell((Measure.Distinct) measure);
    }
  }

  private static final class CountCell implements Cell {
    private final Measure.Count measure;
    private long count;

    CountCell(Measure.Count measure) {
      this.measure = measure;
    }

    @Override
    public void add(Event event) {
      if (measure.only().isEmpty() || measure.only().get() == event.type()) {
        count++;
      }
    }

    @Override
    public void appendTo(ColumnBuilder column) {
      ((ColumnBuilder.OfLongs) column).append(count);
    }
  }

  private static final class SumCell implements Cell {
    private final Measure.Sum measure;
    private long high;
    private long low;

    SumCell(Measure.Sum measure) {
      this.measure = measure;
    }

    @Override
    public void add(Event event) {
      low += measure.field().of(event);
      if (low >= Column.Money.BASE) {
        low -= Column.Money.BASE;
        high++;
      }
    }

    @Override
    public void appendTo(ColumnBuilder column) {
      ((ColumnBuilder.OfMoney) column).append(high, low);
    }
  }

  private static final class ExtremeCell implements Cell {
    private final EventField.Value field;
    private final ColumnBuilder.OfLongs.Merge merge;
    private long value;

    ExtremeCell(EventField.Value field, ColumnBuilder.OfLongs.Merge merge, long identity) {
      this.field = field;
      this.merge = merge;
      this.value = identity;
    }

    @Override
    public void add(Event event) {
      value = merge.apply(value, field.of(event));
    }

    @Override
    public void appendTo(ColumnBuilder column) {
      ((ColumnBuilder.OfLongs) column).append(value);
    }
  }

  private static final class DistinctCell implements Cell {
    private final Measure.Distinct measure;
    private final HllSketch sketch = DistinctSketch.create();

    DistinctCell(Measure.Distinct measure) {
      this.measure = measure;
    }

    @Override
    public void add(Event event) {
      DistinctSketch.add(sketch, measure.field().of(event));
    }

    @Override
    public void appendTo(ColumnBuilder column) {
      ((ColumnBuilder.OfDistincts) column)
          .append(sketch.toCompactByteArray(), Column.Distincts.UNKNOWN);
    }
  }
}
