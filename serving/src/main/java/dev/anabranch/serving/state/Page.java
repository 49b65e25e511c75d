package dev.anabranch.serving.state;

import java.util.List;

/**
 * Rows in their order.
 *
 * @param more whether rows follow; the next page begins after the last row
 */
public record Page<R>(List<R> rows, boolean more) {
  public Page {
    rows = List.copyOf(rows);
    if (more && rows.isEmpty()) {
      throw new IllegalArgumentException("More rows after none");
    }
  }
}
