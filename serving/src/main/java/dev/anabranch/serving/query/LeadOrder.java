package dev.anabranch.serving.query;

import dev.anabranch.lakehouse.view.Column;
import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.serving.index.RowOrder;
import java.util.Optional;

/** The order of leads; ties are in the order of their ids, by code point. */
public enum LeadOrder implements RowOrder {
  MOST_REVENUE(0, "-revenue", "revenue", true),
  LEAST_REVENUE(1, "revenue", "revenue", false),
  MOST_EVENTS(2, "-events", "events", true),
  LAST_SEEN(3, "-last_seen", "last_seen", true);

  private final int slot;
  private final String wireName;
  private final int measure;
  private final boolean descending;

  LeadOrder(int slot, String wireName, String measure, boolean descending) {
    this.slot = slot;
    this.wireName = wireName;
    this.measure = Leads.VIEW.measure(measure);
    this.descending = descending;
  }

  public String wireName() {
    return wireName;
  }

  /** The order of that exact name; empty where there is none. */
  public static Optional<LeadOrder> ofWireName(String name) {
    for (LeadOrder order : values()) {
      if (order.wireName.equals(name)) {
        return Optional.of(order);
      }
    }
    return Optional.empty();
  }

  @Override
  public int slot() {
    return slot;
  }

  @Override
  public int compare(Tiles left, int leftRow, Tiles right, int rightRow) {
    int ascending = compare(left.measure(measure), leftRow, right.measure(measure), rightRow);
    if (ascending != 0) {
      return descending ? -ascending : ascending;
    }
    return left.compareKeys(leftRow, right, rightRow);
  }

  private static int compare(Column left, int leftRow, Column right, int rightRow) {
    if (left instanceof Column.Money money) {
      Column.Money other = (Column.Money) right;
      int high = Long.compare(money.high()[leftRow], other.high()[rightRow]);
      return high != 0 ? high : Long.compare(money.low()[leftRow], other.low()[rightRow]);
    }
    return Long.compare(((Column.Longs) left).at(leftRow), ((Column.Longs) right).at(rightRow));
  }
}
