package dev.anabranch.serving.index;

import dev.anabranch.lakehouse.view.Tiles;
import java.util.Arrays;

/**
 * A few leads whose ids follow each other, and their rows in each order that was asked for.
 * Immutable to its users; an order that two threads make at once is the same.
 */
final class LeadChunk {
  private final Tiles rows;
  private final Order[] orders = new Order[RowOrder.MOST];

  /** Rows by rank: a record, so that whoever sees one sees all of it. */
  private record Order(Integer[] rows) {}

  LeadChunk(Tiles rows) {
    this.rows = rows;
  }

  Tiles rows() {
    return rows;
  }

  /** The row of a rank, from 0. */
  int row(RowOrder order, int rank) {
    return ordered(order)[rank];
  }

  /** How many rows come at or before a row that may be of another chunk. */
  int ranksUpTo(RowOrder order, Tiles other, int otherRow) {
    Integer[] ordered = ordered(order);
    int low = 0;
    int high = ordered.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (order.compare(rows, ordered[middle], other, otherRow) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private Integer[] ordered(RowOrder order) {
    Order known = orders[order.slot()];
    if (known == null) {
      Integer[] sorted = new Integer[rows.size()];
      Arrays.setAll(sorted, Integer::valueOf);
      Arrays.sort(sorted, (left, right) -> order.compare(rows, left, rows, right));
      known = new Order(sorted);
      orders[order.slot()] = known;
    }
    return known.rows();
  }
}
