package dev.anabranch.serving.index;

import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Column;
import dev.anabranch.lakehouse.view.DistinctSketch;
import dev.anabranch.lakehouse.view.Tiles;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;

/** The rows of one stretch of time in one grouping, ordered by it: immutable. */
public final class Rolled {
  private static final int EVENTS = Activity.VIEW.measure("events");
  private static final int REVENUE = Activity.VIEW.measure("revenue");
  private static final int LEADS = Activity.VIEW.measure("leads");

  private final Grouping grouping;
  private final Tiles tiles;

  /** Made when first asked for: reading a sketch takes longer than all the rest of a row. */
  private volatile long[] leads;

  Rolled(Grouping grouping, Tiles tiles) {
    this.grouping = grouping;
    this.tiles = tiles;
  }

  public static Rolled empty(Grouping grouping) {
    return new Rolled(grouping, Tiles.empty(grouping.view()));
  }

  public int size() {
    return tiles.size();
  }

  Tiles tiles() {
    return tiles;
  }

  /** The values of a field that rows are grouped by. */
  public Column.Texts texts(String field) {
    return tiles.textKey(grouping.view().key(field));
  }

  public long events(int row) {
    return tiles.longMeasure(EVENTS).at(row);
  }

  public BigDecimal revenue(int row) {
    return tiles.moneyMeasure(REVENUE).at(row);
  }

  /** Distinct leads: exact where the row stands as a batch run counted it, else estimated. */
  public long leads(int row) {
    long[] known = leads;
    if (known == null) {
      known = new long[size()];
      for (int i = 0; i < known.length; i++) {
        known[i] = countLeads(i);
      }
      leads = known;
    }
    return known[row];
  }

  /**
   * A row has at least one event, and each event one lead, so the truth lies in [1, events]: an
   * estimate that is brought back into that range only comes closer to it.
   */
  private long countLeads(int row) {
    Column.Distincts distincts = tiles.distinctMeasure(LEADS);
    long exact = distincts.exact()[row];
    return exact != Column.Distincts.UNKNOWN
        ? exact
        : Math.min(events(row), Math.max(1, DistinctSketch.estimate(distincts.sketches()[row])));
  }

  /** The rows that have one of these values in a field that they are grouped by. */
  public Rolled where(String field, Set<String> values) {
    Column.Texts texts = texts(field);
    Tiles kept = tiles.where(grouping.view(), row -> values.contains(texts.at(row)));
    return kept == tiles ? this : new Rolled(grouping, kept);
  }

  /** The same events by some of the same fields. */
  public Rolled by(Grouping coarser) {
    return coarser.slot() == grouping.slot()
        ? this
        : new Rolled(coarser, tiles.rollUp(grouping.view(), coarser.view(), minute -> minute));
  }

  /** The union of rows in one grouping over disjoint events; rows keep where their time begins. */
  public static Rolled merge(Grouping grouping, List<Rolled> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return new Rolled(
        grouping, Tiles.merge(grouping.view(), parts.stream().map(Rolled::tiles).toList()));
  }

  /** The same rows, as of a stretch of time that begins here. */
  public Rolled from(long startMicros) {
    if (size() == 0 || tiles.longKey(0).at(0) == startMicros) {
      return this;
    }
    return new Rolled(
        grouping, tiles.rollUp(grouping.view(), grouping.view(), minute -> startMicros));
  }
}
