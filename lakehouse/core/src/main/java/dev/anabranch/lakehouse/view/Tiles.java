package dev.anabranch.lakehouse.view;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import java.util.function.LongUnaryOperator;

/**
 * Rows of one view over some set of events: immutable, in columns, ordered by key, a key once.
 * Tiles of disjoint sets of events merge into the tiles of their union, in any order and grouping;
 * this merge is the seam between batch and speed.
 */
public final class Tiles implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String viewName;
  private final Column[] keys;
  private final Column[] measures;

  /** Trusts that rows are ordered by key, a key once; see {@link #sorted}. */
  Tiles(View view, Column[] keys, Column[] measures) {
    this.viewName = view.name();
    this.keys = keys;
    this.measures = measures;
  }

  public static Tiles empty(View view) {
    return new TilesAppender(view).build();
  }

  public String viewName() {
    return viewName;
  }

  public int size() {
    return keys[0].size();
  }

  public Column key(int position) {
    return keys[position];
  }

  public Column measure(int position) {
    return measures[position];
  }

  public Column.Longs longKey(int position) {
    return (Column.Longs) keys[position];
  }

  public Column.Texts textKey(int position) {
    return (Column.Texts) keys[position];
  }

  public Column.Longs longMeasure(int position) {
    return (Column.Longs) measures[position];
  }

  public Column.Money moneyMeasure(int position) {
    return (Column.Money) measures[position];
  }

  public Column.Distincts distinctMeasure(int position) {
    return (Column.Distincts) measures[position];
  }

  /** The order of two rows by their keys; both are tiles of the same view. */
  public int compareKeys(int row, Tiles other, int otherRow) {
    for (int k = 0; k < keys.length; k++) {
      int order =
          keys[k] instanceof Column.Longs longs
              ? Long.compare(longs.at(row), ((Column.Longs) other.keys[k]).at(otherRow))
              : ((Column.Texts) keys[k]).compare(row, (Column.Texts) other.keys[k], otherRow);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** Tiles of the union of the events behind the parts; each event must be behind one part only. */
  public static Tiles merge(View view, List<Tiles> parts) {
    List<Tiles> filled = parts.stream().filter(tiles -> tiles.size() > 0).toList();
    if (filled.size() == 1) {
      return filled.get(0);
    }
    TilesAppender result = new TilesAppender(view);
    PriorityQueue<Cursor> heads = new PriorityQueue<>(Math.max(1, filled.size()));
    filled.forEach(tiles -> heads.add(new Cursor(tiles)));
    while (!heads.isEmpty()) {
      Cursor head = heads.poll();
      int end = heads.isEmpty() ? head.tiles.size() : head.rowsBelow(heads.peek());
      if (end > head.row) {
        result.append(head.tiles, head.row, end);
        advance(heads, head, end);
        continue;
      }
      result.append(head.tiles, head.row);
      Tiles first = head.tiles;
      int firstRow = head.row;
      advance(heads, head, firstRow + 1);
      while (!heads.isEmpty()
          && first.compareKeys(firstRow, heads.peek().tiles, heads.peek().row) == 0) {
        Cursor same = heads.poll();
        result.combine(same.tiles, same.row);
        advance(heads, same, same.row + 1);
      }
    }
    return result.buildSorted();
  }

  private static void advance(PriorityQueue<Cursor> heads, Cursor cursor, int row) {
    cursor.row = row;
    if (cursor.row < cursor.tiles.size()) {
      heads.add(cursor);
    }
  }

  /**
   * These rows in order of their keys, equal keys merged: for rows read from a file of any order.
   */
  Tiles sorted(View view) {
    boolean inOrder = true;
    for (int row = 1; row < size() && inOrder; row++) {
      inOrder = compareKeys(row - 1, this, row) < 0;
    }
    if (inOrder) {
      return this;
    }
    List<Integer> rows = new ArrayList<>(size());
    for (int row = 0; row < size(); row++) {
      rows.add(row);
    }
    rows.sort((left, right) -> compareKeys(left, this, right));
    TilesAppender result = new TilesAppender(view);
    int previous = -1;
    for (int row : rows) {
      if (previous >= 0 && compareKeys(previous, this, row) == 0) {
        result.combine(this, row);
      } else {
        result.append(this, row);
      }
      previous = row;
    }
    return result.build();
  }

  /** These rows from one, inclusive, to another, exclusive. */
  public Tiles slice(View view, int from, int to) {
    if (from == 0 && to == size()) {
      return this;
    }
    TilesAppender result = new TilesAppender(view);
    result.append(this, from, to);
    return result.buildSorted();
  }

  /** The rows for which a condition holds. */
  public Tiles where(View view, IntPredicate condition) {
    TilesAppender result = new TilesAppender(view);
    int kept = 0;
    for (int row = 0; row < size(); row++) {
      if (condition.test(row)) {
        result.append(this, row);
        kept++;
      }
    }
    return kept == size() ? this : result.buildSorted();
  }

  /**
   * These rows in coarser groups.
   *
   * @param view the view of these rows
   * @param coarser the same measures by some of the same keys
   * @param minutes where the rows of a minute go
   */
  public Tiles rollUp(View view, View coarser, LongUnaryOperator minutes) {
    Column[] kept = new Column[coarser.keys().size()];
    for (int k = 0; k < kept.length; k++) {
      Key key = coarser.keys().get(k);
      Column column = keys[view.key(key.name())];
      kept[k] =
          key instanceof Key.Minute
              ? new Column.Longs(
                  Arrays.stream(((Column.Longs) column).values()).map(minutes).toArray())
              : column;
    }
    return new Tiles(coarser, kept, measures).sorted(coarser);
  }

  private static final class Cursor implements Comparable<Cursor> {
    private final Tiles tiles;
    private int row;

    Cursor(Tiles tiles) {
      this.tiles = tiles;
    }

    /** The first row from here on that is not below the other's: by steps that double. */
    int rowsBelow(Cursor other) {
      int below = row - 1;
      int step = 1;
      while (below + step < tiles.size()
          && tiles.compareKeys(below + step, other.tiles, other.row) < 0) {
        below += step;
        step *= 2;
      }
      int end = Math.min(tiles.size(), below + step);
      while (end - below > 1) {
        int middle = (below + end) >>> 1;
        if (tiles.compareKeys(middle, other.tiles, other.row) < 0) {
          below = middle;
        } else {
          end = middle;
        }
      }
      return end;
    }

    @Override
    public int compareTo(Cursor other) {
      return tiles.compareKeys(row, other.tiles, other.row);
    }
  }
}
