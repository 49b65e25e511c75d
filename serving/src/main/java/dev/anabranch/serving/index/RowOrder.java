package dev.anabranch.serving.index;

import dev.anabranch.lakehouse.view.Tiles;

/** A total order of the rows of {@code leads}. */
public interface RowOrder {
  /** At most so many orders are kept up. */
  int MOST = 4;

  /** Tells orders apart: 0 to {@link #MOST}, exclusive. */
  int slot();

  int compare(Tiles left, int leftRow, Tiles right, int rightRow);
}
